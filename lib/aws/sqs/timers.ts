// Timers are delayed messages of a standard queue: whole seconds up to 15 minutes, delivered at least once, in no
// order, never withdrawn (SQS developer guide, "delay queues" and "message timers").
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { MalformedTimerError } from "../../errors.ts";
import type { Timer, TimerRequest, TransactionTimer } from "../../sip/outcome.ts";
import type { SendMessage } from "../client/sqs.ts";
import { fromLoginTimer, toLoginTimer } from "./login-deadline.ts";

/** Longest delay of SQS. A timer that comes early finds nothing due and sets itself again. */
const MAX_DELAY_SECONDS = 900;

export function setTimers(send: SendMessage, queueUrl: string): (timers: readonly TimerRequest[]) => Promise<void> {
  return async (timers) => {
    await Promise.all(
      timers.map(({ delaySeconds, ...timer }) =>
        send(queueUrl, toBody(timer), Math.min(Math.ceil(delaySeconds), MAX_DELAY_SECONDS)),
      ),
    );
  };
}

/** The request is sent compressed: it is long, and it contains characters that SQS refuses (those that XML forbids). */
function toBody(timer: Timer): string {
  if (timer.kind === "login") return fromLoginTimer(timer);
  const { message, kind: _kind, ...rest } = timer;
  const packed = message === undefined ? {} : { message: deflateRawSync(message).toString("base64") };
  return JSON.stringify({ ...rest, ...packed });
}

/**
 * Decodes the body of a timer message. Throws {@link MalformedTimerError} on any other text: only this code writes to
 * the queue.
 */
export function parseTimer(body: string): Timer {
  try {
    return toTimer(JSON.parse(body));
  } catch (error) {
    const isOfParsing = error instanceof SyntaxError || error instanceof TypeError || isFromZlib(error);
    throw isOfParsing ? new MalformedTimerError(`not a timer, of ${body.length} characters`) : error;
  }
}

function toTimer(value: unknown): Timer {
  const timer =
    typeof value === "object" && value !== null ? (toTransactionTimer(value) ?? toLoginTimer(value)) : undefined;
  if (timer === undefined) throw new TypeError("not a timer");
  return timer;
}

function toTransactionTimer(value: object): TransactionTimer | undefined {
  if (!("context" in value) || !("epoch" in value)) return undefined;
  const { context, epoch } = value;
  const message = "message" in value && typeof value.message === "string" ? { message: unpack(value.message) } : {};
  const second = "isSecond" in value && value.isSecond === true ? ({ isSecond: true } as const) : {};
  return typeof context === "string" && typeof epoch === "number"
    ? { kind: "transaction", context, epoch, ...message, ...second }
    : undefined;
}

function isFromZlib(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("Z_");
}

function unpack(packed: string): string {
  return inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
}
