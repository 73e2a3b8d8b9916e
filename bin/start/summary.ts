// The addresses and accounts of a local cloud that has started.
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { builtInSubscribers, type Subscriber } from "../../lib/local/command/subscribers-file.ts";
import type { LocalCloud } from "../../lib/local/local-cloud.ts";
import { LIVE_PATH } from "../../lib/operations/local-service.ts";
import { otherMachines } from "./addresses.ts";

export function summary(
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
    `  Calls      ${near(new URL(LIVE_PATH, http).href)}   and phones, as they come`,
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
