// The event of a subscription to a log group (AWS: "CloudWatch Logs subscription filters", Lambda): gzip in base64.
import { gunzipSync } from "node:zlib";
import { type LogLine, readLine } from "../../operations/line.ts";
import { type Fields, fieldsOfJson, readMaps, readNumber, readString } from "../decode.ts";

/** The used part of the event. */
export interface SubscriptionEvent {
  readonly awslogs: { readonly data: string };
}

/** A line that a function wrote, with the id that it has in CloudWatch Logs: it stays the same if the batch comes again. */
export interface DeliveredLine {
  readonly id: string;
  readonly line: LogLine;
}

/** In the order in which they were written. Reports of Lambda and other texts are left out. */
export function linesOf({ awslogs }: SubscriptionEvent): readonly DeliveredLine[] {
  const text = gunzipSync(Buffer.from(awslogs.data, "base64")).toString("utf8");
  const batch = fieldsOfJson("log batch", text, (problem) => new TypeError(problem));
  return readMaps(batch, "logEvents")
    .map(toDelivered)
    .filter((delivered) => delivered !== undefined);
}

function toDelivered(entry: Fields): DeliveredLine | undefined {
  const line = readLine(readNumber(entry, "timestamp"), readString(entry, "message"));
  return line && { id: readString(entry, "id"), line };
}
