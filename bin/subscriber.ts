// `npm run subscriber`: adds and removes those who may register, in the table of a deployment or of the local cloud.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { putSubscriber, removeSubscriber } from "../lib/aws/dynamodb/subscribers.ts";

const usage = `Usage:
  npm run subscriber -- add USER --domain DOMAIN --table TABLE
  npm run subscriber -- remove USER --domain DOMAIN --table TABLE

TABLE is the stack output SubscribersTable, DOMAIN the output Domain. The password is asked for, or read
from standard input; only its digest hashes are stored. "add" for an existing user changes the password.
AWS credentials and Region come from the environment, as for the AWS CLI.
`;

/** The command cannot do what it was asked. */
class UsageError extends Error {}

interface Wanted {
  readonly verb: "add" | "remove";
  readonly user: string;
  readonly domain: string;
  readonly table: string;
}

function readArguments(words: readonly string[]): Wanted {
  const options = { domain: { type: "string" }, table: { type: "string" } } as const;
  const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
  const [verb, user, ...more] = positionals;
  const { domain, table } = values;
  if (verb !== "add" && verb !== "remove") throw new UsageError("say add or remove");
  if (user === undefined || user === "" || more.length > 0) throw new UsageError(`${verb} wants one USER`);
  if (/[@:\s]/.test(user)) throw new UsageError(`USER is the part before the @: ${JSON.stringify(user)} is not`);
  if (domain === undefined || table === undefined) throw new UsageError("--domain and --table are both needed");
  return { verb, user, domain: domain.toLowerCase(), table };
}

async function readPassword(user: string): Promise<string> {
  const password = process.stdin.isTTY ? await askUnseen(`Password of ${user}: `) : await text(process.stdin);
  const [line = ""] = password.split(/\r?\n/);
  if (line === "") throw new UsageError("the password is empty");
  return line;
}

async function askUnseen(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const answer = await input.question("");
  input.close();
  process.stderr.write("\n");
  return answer;
}

async function run({ verb, user, domain, table }: Wanted): Promise<void> {
  const db = new DynamoDBClient();
  if (verb === "add") await putSubscriber(db, table, { user, domain, password: await readPassword(user) });
  else await removeSubscriber(db, table, user, domain);
  process.stdout.write(`${verb === "add" ? "added" : "removed"} sip:${user}@${domain}\n`);
}

try {
  await run(readArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isUsage = error instanceof UsageError || ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}` : `${error.name}: ${error.message}\n${hintFor(error)}`);
  process.exitCode = isUsage ? 2 : 1;
}

/** What people do about the three things that usually are wrong. */
function hintFor({ name }: Error): string {
  if (name === "ResourceNotFoundException")
    return "No such table: copy --table from the stack output SubscribersTable.\n";
  if (name === "CredentialsProviderError") return "No AWS credentials: log in, or set AWS_PROFILE.\n";
  if (/region/i.test(name)) return "No Region: set AWS_REGION.\n";
  return "";
}
