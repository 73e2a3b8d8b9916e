// Timers are delayed messages of a standard queue: whole seconds up to 15 minutes, at least once, in no order, never
// taken back (SQS developer guide, "delay queues" and "message timers").
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { LoginDeadline } from "../../sip/transport/login-deadline.ts";
import type { DueTimer, TimerRequest } from "../../sip/world.ts";
import { toLoginDeadline } from "./login-deadline.ts";

/** What SQS can delay at most. A timer that comes early finds nothing due and sets itself again. */
const MAX_DELAY_SECONDS = 900;

export function setTimers(sqs: SQSClient, queueUrl: string): (timers: readonly TimerRequest[]) => Promise<void> {
  return async (timers) => {
    await Promise.all(
      timers.map(({ delaySeconds, ...timer }) =>
        sqs.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: toBody(timer),
            DelaySeconds: Math.min(Math.ceil(delaySeconds), MAX_DELAY_SECONDS),
          }),
        ),
      ),
    );
  };
}

/** The request rides compressed: it is long, and holds characters that SQS refuses (anything but XML's). */
function toBody({ message, ...timer }: DueTimer): string {
  const packed = message === undefined ? {} : { message: deflateRawSync(message).toString("base64") };
  return JSON.stringify({ ...timer, ...packed });
}

/** Decodes the body of a timer message. Throws on anything else: only we write to the queue. */
export function parseTimer(body: string): DueTimer | LoginDeadline {
  const value: unknown = JSON.parse(body);
  const timer = typeof value === "object" && value !== null ? (toDueTimer(value) ?? toLoginDeadline(value)) : undefined;
  if (timer === undefined) throw new TypeError(`not a timer: ${body.slice(0, 100)}`);
  return timer;
}

function toDueTimer(value: object): DueTimer | undefined {
  if (!("context" in value) || !("epoch" in value)) return undefined;
  const { context, epoch } = value;
  const message = "message" in value && typeof value.message === "string" ? { message: unpack(value.message) } : {};
  const second = "isSecond" in value && value.isSecond === true ? ({ isSecond: true } as const) : {};
  return typeof context === "string" && typeof epoch === "number"
    ? { context, epoch, ...message, ...second }
    : undefined;
}

function unpack(packed: string): string {
  return inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
}
