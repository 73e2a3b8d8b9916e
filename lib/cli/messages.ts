// `messages`: the texts that wait for users without a phone.
import { tablesOn } from "../aws/client/dynamodb.ts";
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import { toStoredMessage } from "../aws/dynamodb/stored-message.ts";
import { withoutScheme } from "../operations/address.ts";
import type { StoredMessage } from "../sip/state/stored-message.ts";
import { unlimited } from "../sip/syntax/limits.ts";
import { header, type SipMessage } from "../sip/syntax/message.ts";
import { parseNameAddr } from "../sip/syntax/name-addr.ts";
import { parseMessage } from "../sip/syntax/parse.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult, printRows } from "./output.ts";
import { confirm } from "./prompt.ts";

export interface MessageOptions {
  /** Shows what they say. */
  readonly bodies?: boolean;
}

/** Without a user the number for each receiver. */
export async function listMessages(
  deployment: Deployment,
  user: string | undefined,
  options: MessageOptions,
  output: Output,
): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const waiting = await messagesOf(deployment, user, now);
  if (user === undefined && options.bodies !== true) return printReceivers(waiting, now, output);
  const rows = waiting.map((one) => shown(one, now, options.bodies === true));
  const columns = [
    ["FOR", (row: Shown) => row.for],
    ["FROM", (row: Shown) => row.from],
    ["AGE", (row: Shown) => `${row.age} s`],
    ["EXPIRES", (row: Shown) => `in ${row.expiresIn} s`],
    ["TYPE", (row: Shown) => row.type],
    ["CHARACTERS", (row: Shown) => row.length],
    ["ID", (row: Shown) => row.id],
    ...(options.bodies === true ? [["BODY", (row: Shown) => row.body] as const] : []),
  ] as const;
  printRows(output, rows, columns, user === undefined ? "No messages wait." : `No messages wait for ${user}.`);
}

type Shown = ReturnType<typeof shown>;

function shown({ aor, id, message, expiresAt }: StoredMessage, now: number, withBody: boolean) {
  const parsed = parseMessage(message, unlimited);
  const text: SipMessage | undefined = parsed.ok ? parsed.message : undefined;
  return {
    id,
    for: withoutScheme(aor),
    from: withoutScheme(parseNameAddr((text && header(text, "from")) ?? "")?.address ?? ""),
    age: now - storedAt(id),
    expiresIn: expiresAt - now,
    type: text && header(text, "content-type"),
    length: text?.body.length ?? 0,
    ...(withBody && { body: text?.body }),
  };
}

function printReceivers(waiting: readonly StoredMessage[], now: number, output: Output): void {
  const rows = [...new Set(waiting.map(({ aor }) => aor))].map((aor) => {
    const own = waiting.filter((one) => one.aor === aor);
    return { for: withoutScheme(aor), waiting: own.length, oldest: now - storedAt(own[0]?.id ?? "") };
  });
  const columns = [
    ["FOR", (row: (typeof rows)[number]) => row.for],
    ["WAITING", (row: (typeof rows)[number]) => row.waiting],
    ["OLDEST", (row: (typeof rows)[number]) => `${row.oldest} s`],
  ] as const;
  printRows(output, rows, columns, "No messages wait.");
}

/** The time in an id of `lib/sip/messaging/keep-message.ts`. */
function storedAt(id: string): number {
  return Number.parseInt(id.slice(0, 8), 36);
}

/** In the order in which they are delivered. */
async function messagesOf(deployment: Deployment, user: string | undefined, now: number): Promise<StoredMessage[]> {
  const { db, tables, domains } = deployment;
  if (tables.messages === "") throw new CommandError("The stack has no table of messages: update the deployment.");
  const wanted = user === undefined ? undefined : readAddress(user, domains).aor;
  const found: StoredMessage[] = [];
  for await (const row of scanTable(db, tables.messages)) found.push(toStoredMessage(row));
  return found
    .filter(({ aor, expiresAt }) => expiresAt > now && (wanted === undefined || aor === wanted))
    .toSorted((one, other) => `${one.aor} ${one.id}`.localeCompare(`${other.aor} ${other.id}`, "en"));
}

export async function removeMessages(
  deployment: Deployment,
  user: string,
  { id, yes = false }: { readonly id?: string; readonly yes?: boolean },
  output: Output,
): Promise<void> {
  const all = await messagesOf(deployment, user, Math.floor(Date.now() / 1000));
  const meant = id === undefined ? all : all.filter((one) => one.id === id);
  if (meant.length === 0) throw new CommandError(`No such message waits for ${user}. List them: messages ${user}`);
  const what = `${meant.length} ${meant.length === 1 ? "message" : "messages"} for ${user}`;
  await confirm(`Remove ${what} undelivered?`, yes);
  const tables = tablesOn(deployment.db);
  await Promise.all(meant.map((one) => tables.remove(deployment.tables.messages, { aor: one.aor, id: one.id })));
  printResult(output, { removed: meant.map((one) => one.id) }, `Removed ${what}`);
}
