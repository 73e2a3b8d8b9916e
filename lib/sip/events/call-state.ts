// The part of a state that follows from the calls of its user (RFC 3856 §6.11.2, RFC 4235 §3.4): each is read from its
// response context.
import { MAX_DIALOG_PART, MAX_LIST_SIZE, MAX_WATCHED_CALLS } from "../policy/events.ts";
import { requestOf } from "../proxy/response-context.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { WatchedCall } from "../state/watched-call.ts";
import type { Aor } from "../syntax/aor.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr, tagIn } from "../syntax/name-addr.ts";
import type { CallSource } from "./event-package.ts";
import { latest } from "./latest.ts";

/**
 * The call of this context as the watchers of the user see it. Undefined if the user has no part in it, or if the package
 * does not report it.
 */
export function watchedCall(context: ResponseContext, aor: Aor, source: CallSource): WatchedCall | undefined {
  if (context.startedAt === undefined) return undefined;
  const call = context.caller.aor === aor ? asCaller(context) : asCallee(context, aor);
  return source === "answered" && call?.state !== "confirmed" ? undefined : call;
}

/**
 * The state with this call as it is now. The same object if the call is in it already.
 * @param context undefined if its row is gone
 */
export function withCall(
  state: ResourceState,
  id: string,
  context: ResponseContext | undefined,
  aor: Aor,
  source: CallSource,
): ResourceState {
  const { calls = [], ...rest } = state;
  const known = calls.find(({ call }) => call === id);
  const now = context === undefined ? undefined : watchedCall(context, aor, source);
  const isNews = now !== undefined && (known !== undefined || now.state !== "terminated");
  if (isNews ? isSame(now, known) : known === undefined) return state;
  // A dialog that has ended is reported once, and stays where the report of its end is held back.
  const isHeld = state.heldUntil !== undefined;
  const ended = calls.filter((one) => one !== known && isHeld && one.state === "terminated");
  const active = calls.filter((one) => one !== known && one.state !== "terminated");
  const next = latest([...ended, ...active, ...(isNews ? [now] : [])], ROOM);
  return { ...rest, ...(next.length > 0 && { calls: next }) };
}

/** The state with these calls and no others: nothing is known from before. */
export function withCalls(
  state: ResourceState,
  contexts: readonly ResponseContext[],
  aor: Aor,
  source: CallSource,
): ResourceState {
  const { calls: before = [], ...rest } = state;
  const found = contexts.flatMap((context) => {
    const call = watchedCall(context, aor, source);
    return call === undefined || call.state === "terminated" ? [] : [call];
  });
  const calls = latest(found, ROOM);
  if (JSON.stringify(calls) === JSON.stringify(before)) return state;
  return { ...rest, ...(calls.length > 0 && { calls }) };
}

const ROOM = { entries: MAX_WATCHED_CALLS, octets: MAX_LIST_SIZE };

export function isSame(one: WatchedCall | undefined, other: WatchedCall | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function asCaller(context: ResponseContext): WatchedCall {
  const { id, call, branches } = context;
  const request = requestOf(context);
  const local = contactOf(request);
  const answeredBy = call && branches[call.index]?.target.aor;
  const remote = short(call === undefined ? undefined : (call.contact ?? branches[call.index]?.uri));
  return {
    call: id,
    direction: "initiator",
    state: stateOf(context),
    ...kept("callId", header(request, "call-id")),
    ...kept("localTag", tagIn(header(request, "from"))),
    ...kept("remoteTag", call?.tag ?? tagIn(context.provisional?.to)),
    remote: addressIn(header(request, "to")),
    ...(answeredBy !== undefined && { remoteUser: answeredBy }),
    ...(remote !== undefined && { remoteTarget: remote }),
    ...(local !== undefined && { localTarget: local }),
  };
}

function asCallee(context: ResponseContext, aor: Aor): WatchedCall | undefined {
  const { id, call, branches, caller } = context;
  const own = branches.filter(({ target }) => target.aor === aor);
  if (own.length === 0) return undefined;
  const request = requestOf(context);
  const isElsewhere = call !== undefined && branches[call.index]?.target.aor !== aor;
  // A provisional response of several users is that of any of them.
  const early = own.length === branches.length ? tagIn(context.provisional?.to) : undefined;
  const rings = own.some(isPending) && !isElsewhere;
  const [remote, local] = [contactOf(request), short(isElsewhere ? undefined : call?.contact)];
  return {
    call: id,
    direction: "recipient",
    state: isElsewhere || (call === undefined && !rings) ? "terminated" : stateOf(context),
    ...kept("callId", header(request, "call-id")),
    ...kept("localTag", isElsewhere ? undefined : (call?.tag ?? early)),
    ...kept("remoteTag", tagIn(header(request, "from"))),
    remote: addressIn(header(request, "from")),
    ...(caller.aor !== undefined && { remoteUser: caller.aor }),
    ...(remote !== undefined && { remoteTarget: remote }),
    ...(local !== undefined && { localTarget: local }),
  };
}

/** RFC 4235 §3.7.1, as far as a proxy sees it: a provisional response above 100 makes an early dialog. */
function stateOf({ call, state, provisional }: ResponseContext): WatchedCall["state"] {
  if (call !== undefined) return call.ended === undefined ? "confirmed" : "terminated";
  if (state !== "proceeding") return "terminated";
  return provisional === undefined ? "trying" : "early";
}

function kept(name: "callId" | "localTag" | "remoteTag", value: string | undefined) {
  const part = short(value);
  return part === undefined || part === "" ? {} : { [name]: part };
}

function addressIn(value: string | undefined): string {
  return short(parseNameAddr(value ?? "")?.address) ?? "";
}

function contactOf(request: SipRequest): string | undefined {
  return short(parseNameAddr(header(request, "contact") ?? "")?.address);
}

/** Values of phones are bounded, because a row holds many. */
function short(part: string | undefined): string | undefined {
  return part !== undefined && part.length <= MAX_DIALOG_PART ? part : undefined;
}
