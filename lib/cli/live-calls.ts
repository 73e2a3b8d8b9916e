// `calls --live`: the open calls of a deployment, read from the rows of its calls and connections.
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import type { Row } from "../aws/client/dynamodb.ts";
import { flowStored } from "../aws/dynamodb/flow.ts";
import { registrationRecord } from "../aws/dynamodb/registration.ts";
import { responseContextRecord } from "../aws/dynamodb/response-context.ts";
import { withoutScheme } from "../operations/address.ts";
import { endNow, type OpenCall, openCallIn } from "../operations/live-calls.ts";
import type { Aor } from "../sip/syntax/aor.ts";
import type { Deployment } from "./deployment.ts";
import { dateAndTime, type Output, printRows } from "./output.ts";
import { readRows } from "./read-rows.ts";

/** @param user calls from or to it; absent: all */
export async function listLiveCalls(deployment: Deployment, user: Aor | undefined, output: Output): Promise<void> {
  const calls = (await openCalls(deployment)).filter(
    ({ caller, callee }) => user === undefined || caller.address === user || callee.address === user,
  );
  const columns = [
    ["STARTED", ({ startedAt }: OpenCall) => startedAt && dateAndTime(startedAt)],
    ["FROM", ({ caller }: OpenCall) => withoutScheme(caller.address)],
    ["TO", ({ callee }: OpenCall) => withoutScheme(callee.address)],
    ["STATE", stateOf],
    ["TALKED", ({ answeredAt }: OpenCall) => answeredAt && `${Math.round((Date.now() - answeredAt) / 1000)} s`],
    [
      "CONNECTIONS",
      ({ caller, callee }: OpenCall) => [caller, callee].map((end) => end.connections.join(",")).join(" "),
    ],
    ["CALL-ID", ({ callId }: OpenCall) => callId],
  ] as const;
  printRows(output, await placed(deployment, calls), columns, "No call is open.");
}

function stateOf({ state, caller, callee }: OpenCall): string {
  const away = [...(caller.isAway ? ["caller"] : []), ...(callee.isAway ? ["callee"] : [])];
  return away.length === 0 ? state : `${state}, ${away.join(" and ")} away`;
}

/** Oldest first, those of one second by their Call-IDs. Reads the whole table of transactions. */
export async function openCalls({ db, tables }: Deployment): Promise<readonly OpenCall[]> {
  const rows: Row[] = [];
  for await (const row of scanTable(db, tables.transactions)) rows.push(row);
  return callsIn(rows, rows).toSorted(
    (one, other) => (one.startedAt ?? 0) - (other.startedAt ?? 0) || one.callId.localeCompare(other.callId),
  );
}

/** The open call of this row; undefined if it has ended. */
export async function openCall({ db, tables }: Deployment, id: string): Promise<OpenCall | undefined> {
  const rows = await readRows(db, tables.transactions, "id", [id]);
  const long = rows.map((row) => responseContextRecord.secondRowOf?.(row)).filter((name) => name !== undefined);
  return callsIn(rows, await readRows(db, tables.transactions, "id", long))[0];
}

/** @param others rows among which the long parts are found */
function callsIn(rows: readonly Row[], others: readonly Row[]): readonly OpenCall[] {
  const byId = new Map(others.map((row) => [row["id"], row]));
  const now = Math.floor(Date.now() / 1000);
  return rows
    .filter(({ id }) => typeof id === "string" && responseContextRecord.owns(id))
    .filter((row) => {
      const second = responseContextRecord.secondRowOf?.(row);
      return second === undefined || byId.has(second); // TTL may have taken one of two rows that have ended
    })
    .map((row) =>
      openCallIn(responseContextRecord.decode(row, byId.get(responseContextRecord.secondRowOf?.(row))), now),
    )
    .filter((call) => call !== undefined);
}

/** The calls with the connections that their ends have now. */
async function placed({ db, tables }: Deployment, calls: readonly OpenCall[]): Promise<readonly OpenCall[]> {
  const ends = calls.flatMap(({ caller, callee }) => [caller, callee]);
  const now = Math.floor(Date.now() / 1000);
  const connections = ends.flatMap((end) => end.connections);
  const flows = (await readRows(db, tables.flows, "flow", connections)).map((row) => flowStored.decode(row));
  const users = ends.map(({ address }) => address);
  const registrations = (await readRows(db, tables.registrations, "aor", users)).map((row) =>
    registrationRecord.decode(row),
  );
  return calls.map((call) => ({
    ...call,
    caller: endNow(call.caller, flows, registrations, now),
    callee: endNow(call.callee, flows, registrations, now),
  }));
}
