// Searching the functions' log by CloudWatch Logs Insights, for tools. Billed by the bytes of the time that is searched.
import { setTimeout } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";

import { requestHandler } from "./request-handler.ts";

export interface LogQuery {
  readonly logGroups: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Lines of this call, and those that name it as the one that is replaced. */
  readonly callId?: string;
  /** Requests of this method. */
  readonly method?: string;
  /** Messages that came on this connection. */
  readonly flow?: string;
}

export interface FoundLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Lines that a query returns at most. */
export const MOST_LINES = 10_000;
const POLL_MILLISECONDS = 300;

/** Structured lines, oldest first. Rejects with the SDK's error, and with an Error if the query does not complete. */
export async function queryLog(
  query: LogQuery,
  config: CloudWatchLogsClientConfig = {},
): Promise<readonly FoundLine[]> {
  const client = new CloudWatchLogsClient({ requestHandler, ...config });
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupNames: [...query.logGroups],
      startTime: Math.floor(query.from / 1000),
      endTime: Math.ceil(query.until / 1000),
      queryString: insightsQuery(query),
      limit: MOST_LINES,
    }),
  );
  for (;;) {
    const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
    if (status === "Complete") return results.flatMap(toLine);
    if (status !== "Running" && status !== "Scheduled") throw new Error(`the log query ended as ${status}`);
    await setTimeout(POLL_MILLISECONDS);
  }
}

/** A Call-ID is hostile text: as a JSON string it cannot end the string of the query. */
export function insightsQuery({ callId, method, flow }: Pick<LogQuery, "callId" | "method" | "flow">): string {
  const [id, verb, connection] = [callId, method, flow].map((text) => text !== undefined && JSON.stringify(text));
  const filters = [
    id && `sip.call_id = ${id} or replaces = ${id}`,
    verb && `sip.method = ${verb}`,
    connection && `flow = ${connection}`,
  ].filter((filter) => typeof filter === "string");
  const all = filters.length > 0 ? filters : ["ispresent(sip.call_id) or ispresent(reason) or level = 'ERROR'"];
  return ["fields @timestamp, @message", ...all.map((filter) => `filter ${filter}`), "sort @timestamp asc"].join(" | ");
}

function toLine(fields: readonly ResultField[]): readonly FoundLine[] {
  const valueOf = (name: string) => fields.find(({ field }) => field === name)?.value;
  const text = valueOf("@message");
  const at = Date.parse(`${valueOf("@timestamp")?.replace(" ", "T")}Z`); // 2026-11-28 12:00:00.000, UTC
  return text === undefined || Number.isNaN(at) ? [] : [{ at, text }];
}
