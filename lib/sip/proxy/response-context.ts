// The response context (RFC 3261 §16.2, §16.7): what a stateful proxy remembers about one forwarded request. It is one
// small item: what answers, CANCEL, ACK and timers need, not the message.
import type { InviteClientState } from "../transaction/invite-client.ts";
import type { InviteServerState } from "../transaction/invite-server.ts";
import { respond } from "../uas/reply.ts";
import { parseMessage } from "../syntax/parse.ts";
import { field, type SipRequest, type SipResponse, withFields, withOnly } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import type { End, FlowId } from "../transport/endpoint.ts";
import type { Outcome, Send, TimerRequest, World } from "../world.ts";
import type { Contingency, Target } from "./determine-targets.ts";

export interface ClientBranch {
  readonly target: End;
  /** The Request-URI it was sent to. */
  readonly uri: string;
  /** Route values it was sent with, the Path of a registration: what follows it goes the same way. */
  readonly routes?: readonly string[];
  readonly state: InviteClientState;
  /** Of the final response, received or made up by us. */
  readonly status?: number;
  /** What the caller is told if nobody answers at all: the request did not get to this target (§16.9). */
  readonly failure?: number;
  /** The final response without our Via, kept while other branches may still bring a better one. */
  readonly response?: string;
  /** §9.1: wanted until a provisional response allows it. */
  readonly cancel?: "wanted" | "sent";
}

export interface ResponseContext {
  /** Of the server transaction. */
  readonly id: string;
  /** Branch and sent-by of the request (§17.2.3): who has the id but not this is a merged request. */
  readonly matchingKey: string;
  /** Of the stored state; 0 before the first commit. */
  readonly version: number;
  /** Where answers go. */
  readonly caller: End;
  /** Start line, Via, From, To, Call-ID and CSeq of the request: all that answers, CANCEL and ACK repeat. */
  readonly request: string;
  /** Of the answers we make up ourselves. */
  readonly toTag: string;
  readonly state: InviteServerState;
  /** Of the latest provisional answer the caller got, what tells a repeated INVITE how far it is (§17.2.1). */
  readonly provisional?: { readonly status: number; readonly reason: string; readonly to: string };
  /** The refusal the caller got (of a non-INVITE any final answer), in case it asks again. */
  readonly final?: string;
  readonly isCancelled: boolean;
  /** Why, in the caller's words (RFC 3326 §2), for a CANCEL that has to wait. */
  readonly cancelReason?: string;
  readonly branches: readonly ClientBranch[];
  /** Targets of lower preference, tried when all before them have failed (§16.6). */
  readonly waiting: readonly Target[];
  /** What to try when nobody is left. */
  readonly contingency?: Contingency;
  /** The whole request, only while a later branch may need it. */
  readonly message?: string;
  /** A timer of another epoch is stale. */
  readonly epoch: number;
  /** Epoch seconds: timer C, moved on by every sign of ringing (§16.7 step 2). */
  readonly ringsUntil: number;
  /** Epoch seconds: the subscriber's own limit, which nothing moves. */
  readonly answerBy?: number;
  /** Epoch seconds after which the row means nothing any more. */
  readonly expiresAt: number;
}

/** Characters of what is remembered of a request; a Via list that makes it longer is 513. */
export const MAX_REMEMBERED = 16_384;

/**
 * Characters of a request that is kept for later targets; a longer one is 513 if there are any. It is written again with every
 * answer, and an offer of several cameras has a third of that.
 */
export const MAX_KEPT = 32_768;

/** 64*T1 (RFC 3261 §17.1.1.2, table 4): how long an answer may take, and how long a finished transaction lingers. */
export const TIMEOUT_SECONDS = 32;

/** Timestamp is for the 100 (§8.2.6.1). */
const REMEMBERED = new Set(["via", "from", "to", "call-id", "cseq", "timestamp"]);

/** What there is to know when a request is taken on. */
export type Opening = Pick<ResponseContext, "id" | "matchingKey" | "version" | "caller" | "toTag" | "waiting"> &
  Partial<Pick<ResponseContext, "answerBy" | "contingency" | "message">> & {
    readonly ringSeconds: number;
    readonly now: number;
  };

/** No branch yet: `startGroup` begins with the targets that wait. */
export function openContext({ ringSeconds, now, ...opening }: Opening, request: SipRequest): ResponseContext {
  const remembered = withFields(
    request,
    request.fields.filter(({ name }) => REMEMBERED.has(name)),
  );
  return {
    ...opening,
    request: serialize({ ...remembered, body: "" }),
    state: "proceeding",
    isCancelled: false,
    branches: [],
    epoch: 0,
    ringsUntil: now + ringSeconds,
    expiresAt: now + ringSeconds + 3 * TIMEOUT_SECONDS,
  };
}

/** What we wrote ourselves may be longer than what we accept: `received` was added to it. */
const unlimited = { messageLength: Infinity, headerCount: Infinity, headerLength: Infinity };

/** The remembered request. It was written by `openContext`, so anything unreadable is a broken promise. */
export function requestOf(context: ResponseContext): SipRequest {
  const parsed = parseMessage(context.request, unlimited);
  if (!parsed.ok || parsed.message.kind !== "request") throw new TypeError(`no request in context ${context.id}`);
  return parsed.message;
}

/** An answer of ours to the remembered request. */
export function answer(context: ResponseContext, status: number): SipResponse {
  return respond(requestOf(context), { status }, status === 100 ? undefined : context.toTag);
}

/** The final answer once more, for a caller that repeats its request. */
export function finalAgain({ caller, final }: ResponseContext): Send[] {
  const parsed = final === undefined ? undefined : parseMessage(final, unlimited);
  return parsed?.ok ? [{ to: caller, message: parsed.message }] : [];
}

/** The provisional one: its status and tag; without the body and route that the first one brought. */
export function provisionalAgain(context: ResponseContext): Send {
  const { caller, provisional } = context;
  if (provisional === undefined) return { to: caller, message: answer(context, 100) };
  const { status, reason, to } = provisional;
  return { to: caller, message: withOnly(respond(requestOf(context), { status, reason }), field("To", to)) };
}

export function isInvite({ request }: ResponseContext): boolean {
  return request.startsWith("INVITE ");
}

export function isPending(branch: ClientBranch): boolean {
  return branch.state === "calling" || branch.state === "proceeding";
}

/** A step in a response context: what it becomes, and what is to be sent and woken because of it. */
export interface Progress {
  readonly context: ResponseContext;
  readonly sends: readonly Send[];
  readonly timers: readonly TimerRequest[];
}

export function unchanged(context: ResponseContext): Progress {
  return { context, sends: [], timers: [] };
}

/**
 * The next look at the context, in place of any that was planned. `message` rides along for a phone that comes back. The row
 * lives until after it: timers that were late one after the other may have used up the time it was opened for.
 */
export function withTimer(
  { context, sends }: Progress,
  delaySeconds: number,
  { now }: Pick<World, "now">,
  message?: string,
): Progress {
  const epoch = context.epoch + 1;
  const expiresAt = Math.max(context.expiresAt, now + delaySeconds + TIMEOUT_SECONDS);
  const timer: TimerRequest = { context: context.id, epoch, delaySeconds, ...(message !== undefined && { message }) };
  return { context: { ...context, epoch, expiresAt }, sends, timers: [timer] };
}

/** Until the ringing ends by itself. */
export function secondsLeft({ ringsUntil, answerBy = Infinity }: ResponseContext, { now }: Pick<World, "now">): number {
  return Math.max(0, Math.min(ringsUntil, answerBy) - now);
}

/** What a step comes to: a context that did not change costs no write. */
export function outcomeOf(before: ResponseContext, { context, sends, timers }: Progress): Outcome {
  return { changes: context === before ? [] : [{ kind: "context", context }], timers, sends };
}

/** The same phone on another flow. */
export function movedBranch(context: ResponseContext, index: number, flow: FlowId): ResponseContext {
  const branches = context.branches.map((branch, at) =>
    at === index ? { ...branch, target: { ...branch.target, flow } } : branch,
  );
  return { ...context, branches };
}
