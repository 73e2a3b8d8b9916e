// Searching the functions' log by CloudWatch Logs Insights, for tools. Billed by the bytes of the time that is searched.
import { setTimeout } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";

export interface LogQuery {
  readonly logGroups: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** Lines of this call only. */
  readonly callId?: string | undefined;
}

export interface FoundLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Lines that Logs Insights returns at most. */
const MOST = 10_000;
const POLL_MILLISECONDS = 300;

/** Structured lines, oldest first. Rejects with the SDK's error, and with an Error if the query does not complete. */
export async function queryLog(
  query: LogQuery,
  config: CloudWatchLogsClientConfig = {},
): Promise<readonly FoundLine[]> {
  const client = new CloudWatchLogsClient(config);
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupNames: [...query.logGroups],
      startTime: Math.floor(query.from / 1000),
      endTime: Math.ceil(query.until / 1000),
      queryString: insightsQuery(query.callId),
      limit: MOST,
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
function insightsQuery(callId: string | undefined): string {
  const filter =
    callId === undefined
      ? "ispresent(sip.call_id) or ispresent(reason) or level = 'ERROR'"
      : `sip.call_id = ${JSON.stringify(callId)}`;
  return `fields @timestamp, @message | filter ${filter} | sort @timestamp asc`;
}

function toLine(fields: readonly ResultField[]): readonly FoundLine[] {
  const valueOf = (name: string) => fields.find(({ field }) => field === name)?.value;
  const text = valueOf("@message");
  const at = Date.parse(`${valueOf("@timestamp")?.replace(" ", "T")}Z`); // 2026-11-28 12:00:00.000, UTC
  return text === undefined || Number.isNaN(at) ? [] : [{ at, text }];
}
