// `records`: calls from the table of call records, which outlives the log and is queried by user and by day.
import { queryIndex } from "../aws/client/dynamodb-query.ts";
import { type CallIndex, callsTable, dayOf } from "../aws/records/call-schema.ts";
import { toStoredCall } from "../aws/records/calls.ts";
import { summaryOf } from "../operations/records/stored-call.ts";
import type { Aor } from "../sip/syntax/aor.ts";
import { readAddress } from "./address.ts";
import { callColumns } from "./calls.ts";
import { milliseconds } from "./since.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printRows } from "./output.ts";
import { readRows } from "./read-rows.ts";

export interface RecordOptions {
  readonly user?: string;
  readonly day?: string;
  readonly since: string;
  readonly failed?: boolean;
}

export async function listRecords(deployment: Deployment, options: RecordOptions, output: Output): Promise<void> {
  const { db, callsTable: table } = deployment;
  if (table === undefined) {
    throw new CommandError(
      "This deployment has no table of call records. Deploy with -c records=yes, or the prop `records`; the log has recent calls: calls",
    );
  }
  const { aor } = options.user === undefined ? {} : readAddress(options.user, deployment.domains);
  const period = periodOf(options);
  const callIds = new Set<string>();
  for (const [index, value] of aor === undefined ? daysIn(period) : indexesOf(aor)) {
    const range = [callsTable.sortKey, period.from, period.until] as const;
    for await (const { callId } of queryIndex(db, { table, index, key: [callsTable.indexes[index], value], range })) {
      if (typeof callId === "string") callIds.add(callId);
    }
  }
  const rows = await readRows(db, table, callsTable.key, [...callIds]);
  const calls = rows
    .map((row) => summaryOf(toStoredCall(row, table)))
    .filter((call) => call !== undefined)
    .filter(({ state }) => !options.failed || state === "failed")
    .toSorted((one, other) => one.startedAt - other.startedAt);
  printRows(
    output,
    calls,
    callColumns,
    "No record of such a call. Look further back: --since 30d, or --day 2026-11-29",
  );
}

/** Epoch milliseconds, both of the period. */
interface Period {
  readonly from: number;
  readonly until: number;
}

function periodOf({ day, since }: RecordOptions): Period {
  const now = Date.now();
  if (day === undefined) return { from: now - milliseconds(since), until: now };
  const from = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(from)) throw new CommandError("--day is a day of UTC, such as 2026-11-29.", 2);
  return { from, until: from + DAY - 1 };
}

const DAY = 86_400_000;

function indexesOf(user: Aor): readonly (readonly [CallIndex, string])[] {
  return [
    ["byCaller", user],
    ["byCallee", user],
  ];
}

function daysIn({ from, until }: Period): readonly (readonly [CallIndex, string])[] {
  const days = Math.floor(until / DAY) - Math.floor(from / DAY) + 1;
  return Array.from({ length: days }, (_day, at) => ["byDay", dayOf(from + at * DAY)] as const);
}
