// A search of the log, and the lines that it finds.
import type { FoundLine } from "../aws/client/log-query.ts";
import { type LogLine, readLine } from "../operations/line.ts";

export interface LogSearch {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until?: number;
  /** Lines of this call, and those that name it as the one that is replaced. */
  readonly callId?: string;
  /** Requests of this method. */
  readonly method?: string;
  /** Messages that came on this connection. */
  readonly flow?: string;
}

/** As `insightsQuery` of lib/aws/client/log-query.ts has it. */
export function isWanted(line: LogLine, { until = Infinity, callId, method, flow }: LogSearch): boolean {
  return (
    line.at <= until &&
    (callId === undefined || line.callId === callId || line.replaces === callId) &&
    (method === undefined || line.method === method) &&
    (flow === undefined || line.flow === flow)
  );
}

export function toLines(found: readonly FoundLine[]): readonly LogLine[] {
  return found.map(({ at, text }) => readLine(at, text)).filter((line) => line !== undefined);
}
