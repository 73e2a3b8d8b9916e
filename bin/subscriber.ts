// `npm run subscriber`: adds, changes and removes subscribers in the table of a deployment or of the local cloud.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { openTables } from "../lib/aws/client/dynamodb.ts";
import { commandName } from "../lib/local/command/command-name.ts";
import { joinNegativeValues } from "../lib/local/command/arguments.ts";
import { printable, quoted } from "../lib/local/command/printable.ts";
import { putPolicy, putSubscriber, removeSubscriber } from "../lib/aws/dynamodb/subscriber.ts";
import { aor } from "../lib/sip/syntax/aor.ts";
import type { RoutingPolicy } from "../lib/sip/state/routing-policy.ts";
import { parseUri } from "../lib/sip/syntax/uri.ts";
import { userNameProblem } from "../lib/sip/syntax/user-name.ts";

const usage = `Usage:
  ${commandName("subscriber")} add USER --domain DOMAIN --table TABLE
  ${commandName("subscriber")} remove USER --domain DOMAIN --table TABLE
  ${commandName("subscriber")} policy USER --domain DOMAIN --table TABLE [routing of calls to USER]

TABLE is the stack output SubscribersTable, DOMAIN the output Domain. The password is asked for, or read
from standard input; only its digest hashes are stored. "add" for an existing user changes the password.
"policy" replaces the whole policy; without any of these options, calls ring:

  --forward-always URI      every call goes there
  --forward-busy URI        a call that is answered 486 goes there
  --forward-no-answer URI   a call that is not answered goes there, or one while no phone is registered
  --ring-seconds N          time until a ringing call counts as not answered, 5 to 900
  --routing proxy|redirect  forward calls, or answer 302 with the target
  --alias-of USER           this is another name of USER
  --group USER,USER…        calls ring the phones of all of these

AWS credentials and Region come from the environment, as for the AWS CLI.
`;

/** The arguments are wrong; the message says how. */
class UsageError extends Error {}

interface Wanted {
  readonly verb: "add" | "remove" | "policy";
  readonly user: string;
  readonly domain: string;
  readonly table: string;
  readonly policy: RoutingPolicy;
}

const text = { type: "string" } as const;
const policyOptions = {
  "forward-always": text,
  "forward-busy": text,
  "forward-no-answer": text,
  "ring-seconds": text,
  routing: text,
  "alias-of": text,
  group: text,
};
type PolicyWords = Partial<Record<keyof typeof policyOptions, string>>;

function readArguments(words: readonly string[]): Wanted {
  const options = { domain: text, table: text, ...policyOptions };
  const { positionals, values } = parseArgs({ args: [...joinNegativeValues(words)], options, allowPositionals: true });
  const [verb, user, ...more] = positionals;
  const { domain, table, ...wishes } = values;
  if (verb !== "add" && verb !== "remove" && verb !== "policy") throw new UsageError("say add, remove or policy");
  if (user === undefined || more.length > 0) throw new UsageError(`${verb} wants one USER`);
  const name = userIn(user);
  if (domain === undefined || table === undefined) throw new UsageError("--domain and --table are both needed");
  const [stray] = Object.keys(wishes);
  if (verb !== "policy" && stray !== undefined) throw new UsageError(`--${stray} goes with policy`);
  const lower = domain.toLowerCase();
  return { verb, user: name, domain: lower, table, policy: readPolicy(wishes, lower) };
}

function readPolicy(wishes: PolicyWords, domain: string): RoutingPolicy {
  const { routing, group, "alias-of": alias, "ring-seconds": ring } = wishes;
  const forwarding = {
    ...uriOf("always", wishes["forward-always"]),
    ...uriOf("busy", wishes["forward-busy"]),
    ...uriOf("noAnswer", wishes["forward-no-answer"]),
  };
  if (routing !== undefined && routing !== "proxy" && routing !== "redirect") {
    throw new UsageError(`--routing is proxy or redirect, not ${JSON.stringify(routing)}`);
  }
  const ringSeconds = Number(ring);
  if (ring !== undefined && !(Number.isInteger(ringSeconds) && ringSeconds >= 5 && ringSeconds <= 900)) {
    throw new UsageError("--ring-seconds is a whole number from 5 to 900");
  }
  return {
    ...(routing !== undefined && { routing }),
    ...(ring !== undefined && { ringSeconds }),
    ...(alias !== undefined && { aliasOf: aor(userIn(alias), domain) }),
    ...(group !== undefined && { group: group.split(",").map((member) => aor(userIn(member.trim()), domain)) }),
    ...(Object.keys(forwarding).length > 0 && { forwarding }),
  };
}

function uriOf<Name extends string>(name: Name, uri: string | undefined): { [N in Name]?: string } {
  const read: { [N in Name]?: string } = {};
  if (uri === undefined) return read;
  if (parseUri(uri)?.kind !== "sip")
    throw new UsageError(`${JSON.stringify(uri)} is not a SIP URI: write sip:user@domain`);
  read[name] = uri;
  return read;
}

function userIn(user: string): string {
  const problem = userNameProblem(user);
  if (problem === undefined) return user;
  throw new UsageError(`USER ${quoted(user)} ${problem}`);
}

async function readPassword(user: string): Promise<string> {
  const password = process.stdin.isTTY ? await askUnseen(`Password of ${user}: `) : await readAll(process.stdin);
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

async function run({ verb, user, domain, table, policy }: Wanted): Promise<void> {
  const db = openTables();
  const address = aor(user, domain);
  if (verb === "add") await putSubscriber(db, table, { user, domain, password: await readPassword(user) });
  else if (verb === "remove") await removeSubscriber(db, table, user, domain);
  else await putPolicy(db, table, address, policy);
  const done = { add: "added", remove: "removed", policy: "changed the policy of" };
  process.stdout.write(`${done[verb]} ${address}\n`);
}

try {
  await run(readArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isUsage = error instanceof UsageError || ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  const message = printable(error.message);
  process.stderr.write(isUsage ? `${message}\n\n${usage}` : `${error.name}: ${message}\n${hintFor(error)}`);
  process.exitCode = isUsage ? 2 : 1;
}

/** Remedies for the three usual errors. */
function hintFor({ name, message }: Error): string {
  if (name === "ResourceNotFoundException")
    return "No such table: copy --table from the stack output SubscribersTable.\n";
  if (name === "CredentialsProviderError") return "No AWS credentials: log in, or set AWS_PROFILE.\n";
  if (message === "Region is missing") return "No Region: set AWS_REGION.\n";
  return "";
}
