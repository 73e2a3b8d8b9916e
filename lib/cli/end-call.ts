// `calls end`: ends a tracked call by BYE to both phones. The functions do it, by an order in the queue of their timers, so that
// the row of the call, its record and its line in the log are those of any other end.
import { setTimeout } from "node:timers/promises";
import { scanTable } from "../aws/client/dynamodb-scan.ts";
import { type Row, tablesOn } from "../aws/client/dynamodb.ts";
import { responseContextRecord } from "../aws/dynamodb/response-context.ts";
import { toBody } from "../aws/sqs/timers.ts";
import { printable } from "../local/command/printable.ts";
import { withoutScheme } from "../operations/address.ts";
import { type OpenCall, openCallIn } from "../operations/live-calls.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printResult } from "./output.ts";
import { confirm } from "./prompt.ts";

export async function endCall(
  deployment: Deployment,
  callId: string,
  isAgreed: boolean,
  output: Output,
): Promise<void> {
  const call = (await openCalls(deployment)).find((one) => one.callId === callId);
  if (call === undefined) {
    throw new CommandError(
      `No call ${printable(callId)} has an open row: it has ended, or calls is "stateless". List the calls: calls --live`,
    );
  }
  const ends = `${withoutScheme(call.caller)} and ${withoutScheme(call.callee)}`;
  await confirm(`End the call of ${ends}?`, isAgreed);
  await deployment.wake(toBody({ kind: "call", call: call.id, why: "operator" }));
  await ended(deployment, call);
  printResult(output, { ended: callId }, `Ended the call of ${ends}`);
}

/** Looks at the row until the functions have closed it. */
async function ended(deployment: Deployment, { id }: OpenCall): Promise<void> {
  const { db, tables } = deployment;
  const table = tables.transactions;
  for (let look = 0; look < LOOKS; look += 1) {
    const rows = await tablesOn(db).readBatch([{ table, key: "id", ids: [id], isConsistent: true }]);
    if (callsIn(rows.get(table) ?? [], await secondRows(deployment, rows.get(table) ?? [])).length === 0) return;
    await setTimeout(PAUSE_MILLISECONDS);
  }
  throw new CommandError(
    "The functions have the order and did not end the call within a minute. Look at the log: trace",
  );
}

const LOOKS = 240;
const PAUSE_MILLISECONDS = 250;

async function openCalls(deployment: Deployment): Promise<readonly OpenCall[]> {
  const rows: Row[] = [];
  for await (const row of scanTable(deployment.db, deployment.tables.transactions)) rows.push(row);
  return callsIn(rows, rows);
}

/** The rows of long parts that these rows name. */
async function secondRows({ db, tables }: Deployment, rows: readonly Row[]): Promise<readonly Row[]> {
  const ids = rows.map((row) => responseContextRecord.secondRowOf?.(row)).filter((id) => id !== undefined);
  const table = tables.transactions;
  if (ids.length === 0) return [];
  return (await tablesOn(db).readBatch([{ table, key: "id", ids, isConsistent: true }])).get(table) ?? [];
}

/** @param others rows among which the long parts are found */
function callsIn(rows: readonly Row[], others: readonly Row[]): readonly OpenCall[] {
  const byId = new Map(others.map((row) => [row["id"], row]));
  const now = Math.floor(Date.now() / 1000);
  return rows
    .filter(({ id, call }) => typeof id === "string" && responseContextRecord.owns(id) && call !== undefined)
    .map((row) =>
      openCallIn(responseContextRecord.decode(row, byId.get(responseContextRecord.secondRowOf?.(row))), now),
    )
    .filter((call) => call !== undefined);
}
