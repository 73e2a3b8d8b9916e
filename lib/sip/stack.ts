// The only entry to the protocol. A message passes through the layers of RFC 3261 §5 and comes back as an outcome; a due timer, a
// closed flow and a failed delivery enter here too. Reads go through the world; nothing here writes.
import { loginDue } from "./auth/login-deadline.ts";
import {
  type HttpRequest,
  type HttpResult,
  type Look,
  type Push,
  type PushFailure,
  send,
  type Send,
  type SendFailure,
} from "./effect.ts";
import { resourceDue, subscriptionDue, watchersDue } from "./events/due.ts";
import { notifyAnswered } from "./events/notify-answered.ts";
import { notifyFailed } from "./events/notify-failed.ts";
import { publish } from "./events/publish.ts";
import { subscribe } from "./events/subscribe.ts";
import { withWatcherNotices } from "./events/watcher-notices.ts";
import { withLaterNotices, withNotices } from "./events/with-notices.ts";
import { messageDue } from "./messaging/message-due.ts";
import { endpointAnswered } from "./http-callee/answered.ts";
import { calleeReceived } from "./http-callee/received.ts";
import { httpSessionDue } from "./http-callee/session-due.ts";
import { nothing, type Outcome, sendOnly } from "./outcome.ts";
import { defaultLimits } from "./syntax/limits.ts";
import { options } from "./own-settings/own-settings.ts";
import { callDue } from "./proxy/call-due.ts";
import { heldDue } from "./proxy/held-due.ts";
import { processResponse } from "./proxy/process-response.ts";
import { proxyRequest } from "./proxy/proxy.ts";
import { pushDue, pushNotTaken } from "./proxy/push-failed.ts";
import { refreshDue } from "./proxy/refresh-push.ts";
import { textPushDue } from "./proxy/text-push-again.ts";
import { transactionDue } from "./proxy/timers.ts";
import { undelivered } from "./proxy/undelivered.ts";
import { joinWaitingCalls, withWaitingCalls } from "./proxy/waiting-calls.ts";
import { connectionClosed } from "./registrar/flow-closed.ts";
import { register } from "./registrar/registrar.ts";
import { readLeniently } from "./syntax/leniency.ts";
import { field, type HeaderField, type SipMessage, type SipRequest, valueOf, withFields } from "./syntax/message.ts";
import { type Parsed, parseMessage, type SyntaxProblem } from "./syntax/parse.ts";
import type { Timer } from "./timer.ts";
import { notifyBranchOf } from "./tokens/notify-branch.ts";
import { sign, type SigningKeys } from "./tokens/signature.ts";
import { transactionId } from "./transaction/transaction-id.ts";
import type { Incoming } from "./transport/incoming.ts";
import { withReceived } from "./transport/top-via.ts";
import type { FlowId } from "./transport/endpoint.ts";
import type { WebSocketMessage } from "./transport/web-socket-message.ts";
import { refusal, respond } from "./uas/reply.ts";
import type { World } from "./world.ts";
import type { Platform } from "./policy/platform.ts";
import { RETRY_SECONDS } from "./policy/retry.ts";

type Handler = (incoming: Incoming<SipRequest>, world: World) => Promise<Outcome>;

/** Methods that this server handles itself. Any other method is proxied. */
const methods: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["REGISTER", async (incoming, world) => joinWaitingCalls(incoming, await register(incoming, world), world)], // §10
  ["SUBSCRIBE", subscribe], // RFC 6665 §4.2.1
  ["PUBLISH", publish], // RFC 3903 §6
  ["OPTIONS", options], // §11.2
]);

/** They notify watchers themselves. */
const notifyThemselves: ReadonlySet<Handler> = new Set([subscribe, publish]);

/** §7. A step of its own, because the log names a message too, and a decision about it may be taken again. */
export function parse({ text }: WebSocketMessage, { messageLength }: Platform): Parsed {
  return parseMessage(text, { ...defaultLimits, messageLength });
}

/** A WebSocket message that came in, as `parse` has parsed it. */
export async function receive(received: WebSocketMessage, parsed: Parsed, world: World): Promise<Outcome> {
  return withWaitingCalls(world, (observed) => decide(received, parsed, observed));
}

function decide(received: WebSocketMessage, parsed: Parsed, world: World): Promise<Outcome> {
  const { text: _text, ...connection } = received;
  const { flow, source } = connection;
  if (!parsed.ok) return Promise.resolve(refuseUnreadable(received, parsed.problem, world));

  const checked = readLeniently(parsed.message); // §8.1.1, §16.3 step 1
  if (!checked.ok) {
    const problem = { status: 400, reason: checked.reason, message: parsed.message } as const;
    return Promise.resolve(refuseUnreadable(received, problem, world));
  }
  const { essentials } = checked;
  if (checked.message.kind === "response") {
    const response = { message: checked.message, flow, essentials };
    const name = notifyBranchOf(essentials.via, world.keys);
    return name === undefined
      ? withNotices(world, (observed) => processResponse(response, observed)) // §16.7
      : withWatcherNotices(world, (observed) => notifyAnswered(response, name, observed)); // RFC 6665 §4.2.2
  }

  const message = withReceived(checked.message, essentials.via, source); // §18.2.1
  const incoming = { ...connection, message, essentials };
  const handler = methods.get(message.method) ?? proxyRequest; // §10, §16
  if (notifyThemselves.has(handler)) return withWatcherNotices(world, (observed) => handler(incoming, observed));
  return withNotices(world, (observed) => handler(incoming, observed));
}

/** A timer that came back from the queue. A login timer signs nothing, so it is decided without reading the keys. */
export async function timerDue(
  timer: Timer,
  world: Omit<World, "keys">,
  keys: () => Promise<SigningKeys>,
): Promise<Outcome> {
  if (timer.kind === "login") return loginDue(timer, world);
  const signed = { ...world, keys: await keys() };
  switch (timer.kind) {
    case "subscription":
      return withWatcherNotices(signed, (observed) => subscriptionDue(timer, observed));
    case "resource":
      return withWatcherNotices(signed, (observed) => resourceDue(timer, observed));
    case "watchers":
      return watchersDue(timer, signed);
    case "call":
      return withNotices(signed, (observed) => callDue(timer, observed));
    case "message":
      return withNotices(signed, (observed) => messageDue(timer, observed));
    case "push":
      return withNotices(signed, (observed) => pushDue(timer, observed));
    case "text push":
      return textPushDue(timer, signed);
    case "refresh":
      return refreshDue(timer, signed);
    case "http session":
      return withNotices(signed, (observed) => httpSessionDue(timer, observed));
    case "held":
      return withNotices(signed, (observed) => heldDue(timer, observed));
    case "transaction":
      return withNotices(signed, (observed) => withWaitingCalls(observed, (seen) => transactionDue(timer, seen)));
  }
}

/** The state of a watched resource may have changed (RFC 6665 §4.2.2). */
export function look(effect: Look, world: World): Promise<Outcome> {
  return withWatcherNotices(world, (observed) => resourceDue({ ...effect, kind: "resource" }, observed));
}

/** A message that was not delivered (§16.9). */
export function deliveryFailed(failed: Send, failure: SendFailure, world: World): Promise<Outcome> {
  const { subscription } = failed;
  return withNotices(world, (observed) =>
    subscription === undefined
      ? withWaitingCalls(observed, (seen) => undelivered(failed, failure, seen))
      : withWatcherNotices(observed, (seen) => notifyFailed(failed, subscription, failure, seen)),
  );
}

/** RFC 8599 §5.6.2 */
export function pushFailed(failed: Push, failure: PushFailure, world: World): Promise<Outcome> {
  return withNotices(world, (observed) => withWaitingCalls(observed, (seen) => pushNotTaken(failed, failure, seen)));
}

/** A connection has closed (RFC 5626 §5.3). */
export function flowClosed(flow: FlowId, world: Omit<World, "keys">): Promise<Outcome> {
  return withLaterNotices(world, (observed) => connectionClosed(flow, observed));
}

/** The result of a request to the endpoint of an HTTP callee (RFC 9725 §4.2). */
export function httpAnswered(request: HttpRequest, result: HttpResult, world: World): Promise<Outcome> {
  return withNotices(world, (observed) => endpointAnswered(request, result, observed));
}

/** A message for an HTTP callee (§8.2). */
export function httpReceived(sent: Send, world: World): Promise<Outcome> {
  return withNotices(world, (observed) => calleeReceived(sent, observed));
}

export { isHttpEnd } from "./transport/http-end.ts";

/** Answers as far as the message can be read. An ACK, a response, or a request without a Via gets no response. */
function refuseUnreadable({ flow }: WebSocketMessage, problem: SyntaxProblem, world: Pick<World, "keys">): Outcome {
  const { status, reason: phrase, message } = problem;
  const isAnswerable = message?.kind === "request" && message.method !== "ACK";
  if (!isAnswerable || !message.fields.some(({ name }) => name === "via")) return nothing("unanswerable", phrase);
  const tag = sign("tag", `${message.method} ${message.uri}`, world.keys).slice(0, 12);
  const readable = withFields(message, message.fields.map(withoutNul));
  const response = respond(readable, { status, phrase }, tag);
  return { ...sendOnly(send({ flow }, response)), reason: { code: "unreadable", detail: phrase } };
}

/** A response must be readable: a NUL is removed, and a line without a header name is not repeated. */
/* mutant: repeated field */ function withoutNul(from: HeaderField): HeaderField {
  const value = valueOf(from);
  return from.name !== "" && value.includes("\0") ? field(from.name, value.replaceAll("\0", "")) : from;
}

/** Why a request is answered without a decision: an error, or too much load. */
export type ServerFailure = "failed" | "overloaded" | "rate-limited";

/**
 * The response to a request that could not be decided: 500 (§21.5.1) after an error, 503 (§21.5.4) under load; not 429,
 * which wants a Referred-By (RFC 3892 §5). Made from the message alone; undefined for an ACK or a response.
 */
export function answerFailure({ text, flow }: WebSocketMessage, why: ServerFailure): SipMessage | undefined {
  const parsed = parseMessage(text);
  if (!parsed.ok || parsed.message.kind !== "request" || parsed.message.method === "ACK") return undefined;
  const checked = readLeniently(parsed.message);
  if (!checked.ok) return undefined;
  const { message, essentials } = checked;
  const tag = transactionId({ message, flow, essentials }, message.method).slice(0, 12);
  const seconds = RETRY_SECONDS + (why === "failed" ? 0 : spread(tag));
  return respond(message, refusal(why, { fields: [field("Retry-After", seconds)] }), tag);
}

/** 0 to 5 more seconds, so that phones rejected together do not come back together. */
function spread(tag: string): number {
  return tag.charCodeAt(0) % 6;
}
