// The response context (RFC 3261 §16.2, §16.7): what a stateful proxy remembers about one forwarded request. It is one
// small item: what answers, CANCEL, ACK and timers need, not the message.
import type { InviteClientState } from "../transaction/invite-client.ts";
import type { InviteServerState } from "../transaction/invite-server.ts";
import { respond } from "../respond.ts";
import { parseMessage } from "../syntax/parse.ts";
import { field, type SipRequest, type SipResponse, withFields, withOnly } from "../syntax/message.ts";
import { serialize } from "../syntax/serialize.ts";
import type { End } from "../transport/end.ts";
import type { Send } from "../world.ts";
import type { Target } from "./determine-targets.ts";

export interface ClientBranch {
  readonly target: End;
  /** The Request-URI it was sent to. */
  readonly uri: string;
  readonly state: InviteClientState;
  /** Of the final response, received or made up by us. */
  readonly status?: number;
  /** The final response without our Via, kept while other branches may still bring a better one. */
  readonly response?: string;
  /** §9.1: wanted until a provisional response allows it. */
  readonly cancel?: "wanted" | "sent";
}

export interface ResponseContext {
  /** Of the server transaction. */
  readonly id: string;
  /** Of the stored state; 0 before the first commit. */
  readonly version: number;
  /** Where answers go. */
  readonly caller: End;
  /** Start line, Via, From, To, Call-ID and CSeq of the request: all that answers, CANCEL and ACK repeat. */
  readonly request: string;
  /** Of the answers we make up ourselves. */
  readonly toTag: string;
  readonly state: InviteServerState;
  /** The final answer the caller got, in case it asks again. */
  readonly final?: { readonly status: number; readonly reason: string; readonly to: string };
  readonly isCancelled: boolean;
  readonly branches: readonly ClientBranch[];
  /** A timer of another epoch is stale. */
  readonly epoch: number;
  /** Epoch seconds when a call that nobody took ends. */
  readonly ringsUntil: number;
  /** Epoch seconds after which the row means nothing any more. */
  readonly expiresAt: number;
}

/** 64*T1 (RFC 3261 §17.1.1.2, table 4): how long an answer may take, and how long a finished transaction lingers. */
export const TIMEOUT_SECONDS = 32;

const REMEMBERED = new Set(["via", "from", "to", "call-id", "cseq"]);

export function openContext(
  opening: { id: string; caller: End; toTag: string; ringSeconds: number; now: number },
  request: SipRequest,
  targets: readonly Target[],
): ResponseContext {
  const { id, caller, toTag, ringSeconds, now } = opening;
  const remembered = withFields(
    request,
    request.fields.filter(({ name }) => REMEMBERED.has(name)),
  );
  return {
    id,
    version: 0,
    caller,
    request: serialize({ ...remembered, body: "" }),
    toTag,
    state: "proceeding",
    isCancelled: false,
    branches: targets.map(({ end, uri }) => ({ target: end, uri, state: "calling" })),
    epoch: 1,
    ringsUntil: now + ringSeconds,
    expiresAt: now + ringSeconds + 3 * TIMEOUT_SECONDS,
  };
}

/** The remembered request. It was written by `openContext`, so anything unreadable is a broken promise. */
export function requestOf(context: ResponseContext): SipRequest {
  const parsed = parseMessage(context.request);
  if (!parsed.ok || parsed.message.kind !== "request") throw new TypeError(`no request in context ${context.id}`);
  return parsed.message;
}

/** An answer of ours to the remembered request. */
export function answer(context: ResponseContext, status: number): SipResponse {
  return respond(requestOf(context), { status }, status === 100 ? undefined : context.toTag);
}

/** The final answer once more, for a caller that repeats its request. */
export function finalAgain(context: ResponseContext): Send[] {
  if (context.final === undefined) return [];
  const { status, reason, to } = context.final;
  const message = withOnly(respond(requestOf(context), { status, reason }), field("To", to));
  return [{ to: context.caller, message }];
}

export function isPending(branch: ClientBranch): boolean {
  return branch.state === "calling" || branch.state === "proceeding";
}
