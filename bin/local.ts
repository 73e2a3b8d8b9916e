// `npm start`: synthesizes the deployment and runs it on this machine, with a phone page to try it out.
import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ANY_PAGE, originProblems } from "../lib/aws/api-gateway/origins.ts";
import { listSubscribers, putSubscribers } from "../lib/aws/dynamodb/subscriber.ts";
import { aor } from "../lib/sip/syntax/aor.ts";
import { userNameProblem } from "../lib/sip/syntax/user-name.ts";
import { AssemblyError } from "../lib/local/assembly/template.ts";
import { certificateFor, ownAddresses } from "../lib/local/command/certificate.ts";
import { commandName } from "../lib/local/command/command-name.ts";
import { createLogPrinter } from "../lib/local/command/log-printer.ts";
import { type CommandOptions, parseOptions, usage } from "../lib/local/command/options.ts";
import { printable } from "../lib/local/command/printable.ts";
import { removeReadyFile, writeReadyFile } from "../lib/local/command/ready-file.ts";
import { closeOnSignal } from "../lib/local/command/signals.ts";
import { builtInSubscribers, parseSubscribers, type Subscriber } from "../lib/local/command/subscribers-file.ts";
import { DataInUseError } from "../lib/local/data-lock.ts";
import { type LocalCloud, startLocalCloud } from "../lib/local/local-cloud.ts";
import { UnknownTargetError } from "../lib/local/services/throttling.ts";
import { createLocalService, OPERATIONS_PATH } from "../lib/operations/local-service.ts";
import { createPhone } from "../lib/phone/serve.ts";
import { localOrigins, SynthesisError, synthesize } from "../lib/local/synthesize.ts";
import { temporaryFolder } from "../lib/local/temporary-folder.ts";
import { codeOf } from "../lib/local/system-error.ts";

/** The command cannot do its work; the message says what to do instead. */
class Refusal extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function serve(options: CommandOptions): Promise<void> {
  const { domain, port, host, data, jitterMs, readyFile, quiet, turn } = options;
  const say = (text: string): void => void (quiet || process.stdout.write(text));
  const listed = readSubscribers(options);
  claimData(data);
  claimReadyFile(readyFile);

  const assembly = join(temporaryFolder(), "cdk.out");
  const signals = closeOnSignal(say);

  const context = {
    domain,
    origins: pagesOf(options).join(","),
    ...(turn && { turn: turn.urls, turnSecretName: TURN_SECRET_NAME }),
  };
  say("Synthesizing the deployment …");
  const startedAt = performance.now();
  const lap = () => ` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`;
  await synthesize({ outdir: assembly, context }).catch(explain(options));
  say(`${lap()}Starting tables, queues, functions and the gateway …`);

  const tls = options.tls ? await certificateFor(otherMachines(host), data && join(data, "tls")) : undefined;
  let phone: RequestListener = notYet;
  let started: LocalCloud | undefined;
  const operations = createLocalService(() => started);
  const print = createLogPrinter({
    ...options,
    color: process.stdout.isTTY && !process.env["NO_COLOR"],
    write: (line) => process.stdout.write(`${line}\n`),
  });
  const cloud = await startLocalCloud({
    assembly,
    port,
    host,
    ...(tls && { tls }),
    jitterMs,
    throttled: options.throttled,
    ...(data && { dataDir: data }),
    ...(turn && { secrets: { [TURN_SECRET_NAME]: turn.secret } }),
    page: (request, response) => {
      const isOperator = request.url?.startsWith(OPERATIONS_PATH) ?? false;
      (isOperator ? operations.answer : phone)(request, response);
    },
    log: (entry) => {
      print(entry);
      operations.tell(entry);
    },
  }).catch(explain(options));
  signals.closeFirst(() => cloud.close());
  started = cloud;

  const subscribers = await addSubscribers(cloud, listed, domain);
  // The page contains passwords, so it has only the built-in ones, which are public.
  const oneClick = subscribers === builtInSubscribers ? builtInSubscribers : [];
  phone = createPhone({ ws: new URL(cloud.ws).pathname, domain, subscribers: oneClick });

  say(`${lap()}\n${summary(cloud, options, subscribers)}\n`);
  if (readyFile === undefined) return;
  const { ws, http, endpoints } = cloud;
  writeReadyFile(readyFile, { ws, domain, phone: http, pids: [process.pid], endpoints });
}

/** Pages of this machine, and those of `--origins`. */
function pagesOf({ origins, host }: CommandOptions): readonly string[] {
  const [problem] = originProblems(origins);
  if (problem !== undefined) throw new Refusal(`--origins ${problem} See: ${commandName("start")} --help`, 2);
  const own = otherMachines(host).flatMap((address) => [`http://${address}:*`, `https://${address}:*`]);
  return origins.includes(ANY_PAGE) ? origins : [...localOrigins, ...own, ...origins];
}

/** Addresses by which other machines reach this one; none while it listens on the loopback interface only. */
function otherMachines(host: string): readonly string[] {
  if (host === "0.0.0.0" || host === "::") return ownAddresses();
  return ["localhost", "127.0.0.1", "::1"].includes(host) ? [] : [host];
}

/** Name of the TURN secret in the local cloud; in a deployment the operator chooses one. */
const TURN_SECRET_NAME = "turn";

/** The subscribers of the file, if one is given. */
function readSubscribers({ subscribers: file }: CommandOptions): readonly Subscriber[] | undefined {
  if (file === undefined) return undefined;
  const parsed = parseSubscribers(readText(file), file, userNameProblem);
  if (!parsed.ok) throw new Refusal(parsed.problem, 2);
  return parsed.subscribers;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${String(error)}`, 2);
  }
}

/** Creates the folder if it is missing, and checks early that it can be written. */
function claimData(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Refusal(`--data ${folder} cannot be written: ${String(error)}. Give another folder`, 2);
  }
}

/** Removes the file of an earlier run, and checks early that it can be written. */
function claimReadyFile(file: string | undefined): void {
  if (file === undefined) return;
  try {
    removeReadyFile(file);
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new Refusal(`--ready-file ${file} cannot be written: ${String(error)}`, 2);
  }
  process.on("exit", () => removeReadyFile(file));
}

/** Turns known errors into instructions; other errors pass. */
function explain({ port, data }: CommandOptions): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) === "EADDRINUSE") {
      const another = `${commandName("start")} --port ${port === 65_535 ? 8080 : port + 1}`;
      throw new Refusal(`\nPort ${port} is taken. Choose another: ${another} (or --port 0 for any free one)`, 1);
    }
    if (codeOf(error) === "EACCES") throw new Refusal(`\nPort ${port} may not be used: ${String(error)}`, 1);
    if (error instanceof DataInUseError) {
      throw new Refusal(`\n--data ${data}: ${error.message}. Stop that one, or give another folder`, 1);
    }
    if (error instanceof UnknownTargetError) throw new Refusal(`\n--throttle: ${error.message}`, 2);
    if (error instanceof SynthesisError) throw new Refusal(`\nThe deployment could not be built:\n${error.message}`, 1);
    if (error instanceof AssemblyError) throw new Refusal(`\nThe deployment cannot run here: ${error.message}`, 1);
    throw error;
  };
}

/** Adds those of the file; without one the built-in ones, unless the data folder has users of this domain already. */
async function addSubscribers(
  cloud: LocalCloud,
  listed: readonly Subscriber[] | undefined,
  domain: string,
): Promise<readonly Subscriber[]> {
  const { region, credentials, endpoints, outputs } = cloud;
  const table = outputs["SubscribersTable"] ?? "";
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const known = new Set<string>();
  if (listed === undefined) for await (const row of listSubscribers(db, table)) known.add(row.aor);
  const isNew = ![...known].some((address) => address.endsWith(`@${domain}`));
  const added = listed ?? (isNew ? builtInSubscribers : []);
  const accounts = added.map(({ user, password }) => ({ user, password, domain }));
  await putSubscribers(db, table, accounts);
  db.destroy();
  if (added.length > 0) return added;
  return builtInSubscribers.filter(({ user }) => known.has(aor(user, domain)));
}

function summary(
  { ws, http, endpoints, credentials }: LocalCloud,
  { domain, host }: CommandOptions,
  added: readonly Subscriber[],
): string {
  const names = added.map(({ user }) => user).join(", ");
  const isBuiltIn = added.every((subscriber) => builtInSubscribers.includes(subscriber));
  const accounts = isBuiltIn ? `${names}; the password is the name (here only)` : `${added.length} from the file`;
  return [
    `  Phone      ${near(http)}   open it in two tabs`,
    ...otherMachines(host).map((address) => `             ${at(address, http)}   from other machines`),
    `  WebSocket  ${near(ws)}   subprotocol sip`,
    `  Domain     ${domain}`,
    `  Accounts   ${added.length > 0 ? accounts : "those of the data folder"}`,
    `  AWS APIs   ${endpoints.dynamodb}   key ${credentials.accessKeyId}, secret ${credentials.secretAccessKey}`,
    "  Ctrl-C stops it.",
    "",
  ].join("\n");
}

function at(address: string, url: string): string {
  const other = new URL(url);
  other.hostname = address;
  return other.href;
}

/** The usual spelling; browsers resolve it to the same address. */
const near = (url: string): string => url.replace("127.0.0.1", "localhost");

/** Answer while the page is still being bundled. */
function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503).end();
}

try {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.kind === "wrong") throw new Refusal(parsed.problem, 2);
  if (parsed.kind === "help") process.stdout.write(usage);
  else await serve(parsed.options);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${printable(error.message)}\n`);
  process.exitCode = error.exitCode;
}
