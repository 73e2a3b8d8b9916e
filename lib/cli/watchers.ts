// `watchers`: the subscriptions to the state of users (RFC 6665), and the states that they report.
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import { STATE_ROW } from "../aws/dynamodb/resource-state.ts";
import { toSubscription } from "../aws/dynamodb/subscription.ts";
import { withoutScheme } from "../operations/address.ts";
import { partsOf } from "../sip/state/resource-state.ts";
import { addressOf } from "../sip/events/list.ts";
import type { Subscription } from "../sip/state/subscription.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printRows } from "./output.ts";

/** Without a user the number for each address and package; with one the subscriptions to it, and its own. */
export async function listWatchers(deployment: Deployment, user: string | undefined, output: Output): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const all = await subscriptionsIn(deployment, now);
  if (user === undefined) return printAddresses(all, output);
  const { aor } = readAddress(user, deployment.domains);
  const rows = all.filter((one) => addressOf(one.resource) === aor || one.watcher.aor === aor).map(shown);
  const columns = [
    ["ADDRESS", (row: Shown) => row.address],
    ["PACKAGE", (row: Shown) => row.package],
    ["WATCHER", (row: Shown) => row.watcher],
    ["EXPIRES", (row: Shown) => `in ${row.expiresAt - now} s`],
    ["STATE", (row: Shown) => row.state],
    ["CALL-ID", (row: Shown) => row.callId],
  ] as const;
  printRows(output, rows, columns, `${user} has no watcher and watches no address.`);
}

type Shown = ReturnType<typeof shown>;

function shown({ resource, watcher, expiresAt, callId, lostAt, unansweredSince }: Subscription) {
  const { event } = partsOf(resource);
  const state = lostAt !== undefined ? "without a connection" : unansweredSince !== undefined ? "unanswered" : "active";
  return {
    address: withoutScheme(addressOf(resource)),
    package: event,
    watcher: withoutScheme(watcher.aor ?? ""),
    expiresAt,
    state,
    callId,
  };
}

function printAddresses(all: readonly Subscription[], output: Output): void {
  const counts = new Map<string, number>();
  for (const { resource } of all) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  const rows = [...counts].map(([resource, watchers]) => {
    const { event } = partsOf(resource);
    return { address: withoutScheme(addressOf(resource)), package: event, watchers };
  });
  const columns = [
    ["ADDRESS", (row: (typeof rows)[number]) => row.address],
    ["PACKAGE", (row: (typeof rows)[number]) => row.package],
    ["WATCHERS", (row: (typeof rows)[number]) => row.watchers],
  ] as const;
  printRows(output, rows, columns, "No address is watched.");
}

/** Those of phones that have not run out, by address, package and watcher. Rows of lists among their members are left out. */
async function subscriptionsIn({ db, tables }: Deployment, now: number): Promise<readonly Subscription[]> {
  if (tables.events === "") throw new CommandError("The stack has no table of events: update the deployment.");
  const found: Subscription[] = [];
  for await (const row of scanTable(db, tables.events)) {
    if (row["id"] !== STATE_ROW) found.push(toSubscription(row));
  }
  return found
    .filter(({ expiresAt, list }) => expiresAt > now && list === undefined)
    .toSorted((a, b) => orderOf(a).localeCompare(orderOf(b), "en"));
}

function orderOf({ resource, watcher, id }: Subscription): string {
  const { aor, event } = partsOf(resource);
  return [aor, event, watcher.aor, id].join(" ");
}
