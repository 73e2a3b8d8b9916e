// Timers are delayed messages of a standard queue: whole seconds up to 15 minutes, delivered at least once, in no
// order, never withdrawn (SQS developer guide, "delay queues" and "message timers").
import { deflateRawSync } from "node:zlib";
import { MalformedTimerError } from "../../errors.ts";
import {
  callLooks,
  type CallTimer,
  type HeldTimer,
  type LoginTimer,
  type MessageTimer,
  type PushTimer,
  type RefreshTimer,
  type ResourceTimer,
  type SubscriptionTimer,
  type TextPushTimer,
  type HttpSessionTimer,
  type Timer,
  type TimerRequest,
  type TransactionTimer,
  type WatchersTimer,
} from "../../sip/timer.ts";
import { awsPlatform } from "../../sip/policy/platform.ts";
import type { BranchName } from "../../sip/tokens/via-branch.ts";
import type { SendMessage } from "../client/sqs.ts";
import {
  type Fields,
  fieldsOfJson,
  mismatch,
  optional,
  readBoolean,
  readMap,
  readNumber,
  readString,
  readWord,
} from "../decode.ts";
import { inflate } from "../inflate.ts";
import { fromLoginTimer, toLoginTimer } from "./login-deadline.ts";

/** A timer that comes early finds nothing due and sets itself again. */
const MAX_DELAY_SECONDS = awsPlatform.longestTimerSeconds;

export function setTimers(send: SendMessage, queueUrl: string): (timers: readonly TimerRequest[]) => Promise<void> {
  return async (timers) => {
    await Promise.all(
      timers.map(({ delaySeconds, ...timer }) =>
        send(queueUrl, toBody(timer), Math.min(Math.ceil(delaySeconds), MAX_DELAY_SECONDS)),
      ),
    );
  };
}

/**
 * As base64, because SQS refuses some characters (those that XML forbids). Compressing a request took a tenth of its
 * invocation's CPU, so only one that would make the message dearer is compressed.
 */
export function toBody(timer: Timer): string {
  if (timer.kind === "login") return fromLoginTimer(timer);
  return JSON.stringify({ ...bodyOf(timer), links: timer.links });
}

function bodyOf(timer: Exclude<Timer, LoginTimer>): object {
  if (timer.kind === "held") return { aor: timer.aor, branch: timer.branch };
  if (timer.kind === "message") return { waiting: timer.aor, sent: timer.sent, isSecond: timer.isSecond };
  if (timer.kind === "push") return { push: timer.branch, attempt: timer.attempt };
  if (timer.kind === "text push") {
    const { aor: textPush, device, text, topic, attempt } = timer;
    return { textPush, device, text, topic, attempt };
  }
  if (timer.kind === "refresh") {
    const { aor: refresh, device, wakableUntil, at } = timer;
    return { refresh, device, wakableUntil, at };
  }
  if (timer.kind === "call") return { call: timer.call, why: timer.why };
  if (timer.kind === "subscription" || timer.kind === "resource" || timer.kind === "watchers") {
    const { kind: of, ...fields } = timer;
    return { of, ...fields };
  }
  if (timer.kind === "http session") {
    const { session: httpSession, branch: of, aor, isHungUp } = timer;
    return { httpSession, of, aor, isHungUp };
  }
  const { message, kind: _kind, ...rest } = timer;
  return { ...rest, ...(message !== undefined && toPacked(message)) };
}

/** SQS bills each 64 KB as a request; base64 makes 48 KB of them. */
const MAX_PLAIN_BYTES = 47_000;

function toPacked(message: string): { readonly plain: string } | { readonly message: string } {
  const bytes = Buffer.from(message);
  return bytes.length <= MAX_PLAIN_BYTES
    ? { plain: bytes.toString("base64") }
    : { message: deflateRawSync(bytes).toString("base64") };
}

/**
 * Decodes the body of a timer message. Throws {@link MalformedTimerError} on any other text: only this code writes to
 * the queue.
 */
export function parseTimer(body: string): Timer {
  const broken = (text: string): Error => new MalformedTimerError(`${text}, in ${body.length} characters`);
  const timer = fieldsOfJson("timer", body, broken);
  return { ...toTimer(timer), ...optional(timer, "links", readNumber) };
}

function toTimer(timer: Fields): Timer {
  if (timer.attributes["login"] !== undefined) return toLoginTimer(timer);
  if (timer.attributes["waiting"] !== undefined) return toMessageTimer(timer);
  if (timer.attributes["push"] !== undefined) return toPushTimer(timer);
  if (timer.attributes["textPush"] !== undefined) return toTextPushTimer(timer);
  if (timer.attributes["refresh"] !== undefined) return toRefreshTimer(timer);
  if (timer.attributes["httpSession"] !== undefined) return toHttpSessionTimer(timer);
  if (timer.attributes["of"] !== undefined) return toEventTimer(timer);
  if (timer.attributes["call"] !== undefined) return toCallTimer(timer);
  return timer.attributes["branch"] === undefined ? toTransactionTimer(timer) : toHeldTimer(timer);
}

function toEventTimer(timer: Fields): SubscriptionTimer | ResourceTimer | WatchersTimer {
  const kind = readWord(timer, "of", ["subscription", "resource", "watchers"]);
  const resource = readString(timer, "resource");
  if (kind === "resource") {
    const times = { ...optional(timer, "at", readNumber), ...optional(timer, "after", readNumber) };
    const { isPolicyChanged } = optional(timer, "isPolicyChanged", readBoolean);
    const subject = { ...optional(timer, "call", readString), ...optional(timer, "member", readString) };
    const more = { ...subject, ...(isPolicyChanged === true && { isPolicyChanged }) };
    return { kind, resource, ...times, ...toHeldReport(timer), ...more };
  }
  if (kind === "subscription") {
    const more = { ...optional(timer, "looks", readNumber), ...optional(timer, "expiresAt", readNumber) };
    return { kind, resource, subscription: readString(timer, "subscription"), ...more };
  }
  const { isSecond } = optional(timer, "isSecond", readBoolean);
  const { report = 0 } = optional(timer, "report", readNumber); // absent in a timer of an earlier release, which is stale
  const part = { after: readString(timer, "after"), ...optional(timer, "upTo", readString) };
  return { kind, resource, report, ...part, ...(isSecond === true && { isSecond }) };
}

function toHeldReport(timer: Fields): Pick<ResourceTimer, "heldUntil" | "version" | "isSecond"> {
  const { isSecond } = optional(timer, "isSecond", readBoolean);
  return {
    ...optional(timer, "heldUntil", readNumber),
    ...optional(timer, "version", readNumber),
    ...(isSecond === true && { isSecond }),
  };
}

function toCallTimer(timer: Fields): CallTimer {
  return { kind: "call", call: readString(timer, "call"), why: readWord(timer, "why", callLooks) };
}

function toMessageTimer(timer: Fields): MessageTimer {
  const { isSecond } = optional(timer, "isSecond", readBoolean);
  return {
    kind: "message",
    aor: readString(timer, "waiting"),
    ...optional(timer, "sent", readString),
    ...(isSecond === true && { isSecond }),
  };
}

function toPushTimer(timer: Fields): PushTimer {
  const branch = readMap(timer, "push");
  return {
    kind: "push",
    branch: { context: readString(branch, "context"), index: readNumber(branch, "index") },
    attempt: readNumber(timer, "attempt"),
  };
}

function toTextPushTimer(timer: Fields): TextPushTimer {
  return {
    kind: "text push",
    aor: readString(timer, "textPush"),
    device: readString(timer, "device"),
    text: readString(timer, "text"),
    topic: readString(timer, "topic"),
    attempt: readNumber(timer, "attempt"),
  };
}

function toRefreshTimer(timer: Fields): RefreshTimer {
  return {
    kind: "refresh",
    aor: readString(timer, "refresh"),
    device: readString(timer, "device"),
    wakableUntil: readNumber(timer, "wakableUntil"),
    at: readNumber(timer, "at"),
  };
}

function toHttpSessionTimer(timer: Fields): HttpSessionTimer {
  const { of: branch } = optional(timer, "of", toBranchName);
  const offer = { ...(branch && { branch }), ...optional(timer, "aor", readString) };
  const { isHungUp } = optional(timer, "isHungUp", readBoolean);
  const session = readString(timer, "httpSession");
  return { kind: "http session", session, ...offer, ...(isHungUp === true && { isHungUp }) };
}

function toBranchName(timer: Fields, name: string): BranchName {
  const branch = readMap(timer, name);
  return { context: readString(branch, "context"), index: readNumber(branch, "index") };
}

function toHeldTimer(timer: Fields): HeldTimer {
  return { kind: "held", aor: readString(timer, "aor"), branch: readString(timer, "branch") };
}

function toTransactionTimer(timer: Fields): TransactionTimer {
  const { isSecond } = optional(timer, "isSecond", readBoolean);
  return {
    kind: "transaction",
    context: readString(timer, "context"),
    epoch: readNumber(timer, "epoch"),
    ...optional(timer, "message", readPacked),
    ...toMessage(optional(timer, "plain", readString)),
    ...(isSecond === true && { isSecond }),
  };
}

function toMessage({ plain }: { readonly plain?: string }): { readonly message?: string } {
  return plain === undefined ? {} : { message: Buffer.from(plain, "base64").toString("utf8") };
}

function readPacked(timer: Fields, name: string): string {
  const text = inflate(Buffer.from(readString(timer, name), "base64"));
  if (text !== undefined) return text;
  throw mismatch(timer, name, "a deflated text");
}
