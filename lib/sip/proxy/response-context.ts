// Opening and reading a response context (RFC 3261 §16.2, §16.7). The record is `state/response-context.ts`.
import { type Send, send } from "../effect.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../state/response-context.ts";
import type { Target } from "../state/target.ts";
import { type Aor, aorOf } from "../syntax/aor.ts";
import { type Essentials, readEssentials } from "../syntax/essentials.ts";
import { decode } from "../syntax/header-table.ts";
import { unlimited } from "../syntax/limits.ts";
import { field, header, type SipRequest, type SipResponse, withFields, withOnly } from "../syntax/message.ts";
import { parseMessage } from "../syntax/parse.ts";
import { serialize } from "../syntax/serialize.ts";
import type { Uri } from "../syntax/uri.ts";
import { type Endpoint, type FlowId, isSameDevice } from "../transport/endpoint.ts";
import type { Status } from "../uas/reason-phrase.ts";
import { respond } from "../uas/reply.ts";
import type { World } from "../world.ts";

/** Timestamp is for the 100 (§8.2.6.1). */
const REMEMBERED = new Set(["via", "from", "to", "call-id", "cseq", "timestamp"]);

/** For a BYE to the caller (§12.1.1). */
const OF_CALLS = new Set(["contact", "record-route"]);

/** The known values when a request is taken on. */
export type Opening = Pick<ResponseContext, "id" | "matchingKey" | "version" | "caller" | "toTag" | "waiting"> &
  Partial<Pick<ResponseContext, "answerBy" | "forwarding" | "message" | "startedAt" | "turnSeconds">> & {
    readonly ringSeconds: number;
    readonly now: number;
  };

/** A context without branches: `ringNext` begins with the targets that wait. */
export function openContext({ ringSeconds, now, ...opening }: Opening, request: SipRequest): ResponseContext {
  const remembered = withFields(
    request,
    request.fields.filter(
      ({ name }) => REMEMBERED.has(name) || (opening.startedAt !== undefined && OF_CALLS.has(name)),
    ),
  );
  return {
    ...opening,
    generation: 0,
    request: serialize({ ...remembered, body: "" }),
    state: "proceeding",
    isCancelled: false,
    branches: [],
    epoch: 0,
    ringsUntil: now + ringSeconds,
    expiresAt: now + ringSeconds + 3 * TIMEOUT_SECONDS,
  };
}

/** The remembered request. `openContext` wrote it, so an unreadable one is a programming error. */
export function requestOf(context: ResponseContext): SipRequest {
  const parsed = parseMessage(context.request, unlimited);
  if (!parsed.ok || parsed.message.kind !== "request") throw new TypeError(`no request in context ${context.id}`);
  return parsed.message;
}

/** A request as it came in, after route preprocessing. */
export interface ForwardedRequest {
  readonly request: SipRequest;
  readonly essentials: Essentials;
}

/** The whole request, if it was kept for later branches. */
export function rememberedRequest({ message }: Pick<ResponseContext, "message">): ForwardedRequest | undefined {
  return message === undefined ? undefined : readForwarded(message);
}

export function readForwarded(text: string): ForwardedRequest | undefined {
  const parsed = parseMessage(text, unlimited);
  if (!parsed.ok || parsed.message.kind !== "request") return undefined;
  const read = readEssentials(parsed.message);
  return read.ok ? { request: parsed.message, essentials: read.essentials } : undefined;
}

/** A response of this server to the remembered request. */
export function answer(context: ResponseContext, status: Status): SipResponse {
  return respond(requestOf(context), { status }, status === 100 ? undefined : context.toTag);
}

/** A final response for the caller. That to an INVITE is kept if it cannot be delivered (`unheard-answer.ts`). */
export function sendAnswer(context: ResponseContext, response: SipResponse): Send {
  const sent = send(context.caller, response);
  return isInvite(context) ? { ...sent, answers: context.id } : sent;
}

/** The final response again, for a retransmitted request. */
export function finalAgain(context: ResponseContext): readonly Send[] {
  const { final } = context;
  const parsed = final === undefined ? undefined : parseMessage(final, unlimited);
  return parsed?.ok && parsed.message.kind === "response" ? [sendAnswer(context, parsed.message)] : [];
}

/** The provisional response again: its status and tag, without the body and route of the first. */
export function provisionalAgain(context: ResponseContext): Send {
  const { caller, provisional } = context;
  if (provisional === undefined) return send(caller, answer(context, 100));
  const { status, reason, to } = provisional;
  const response = { ...respond(requestOf(context), { status: 200 }), status, reason };
  return send(caller, withOnly(response, field("To", to)));
}

/** §16.7 step 5, §16.10: after a 6xx, a 2xx or a CANCEL no branch is added, and no device gets the INVITE of one. */
export function takesBranches({ state, isCancelled, branches }: ResponseContext): boolean {
  return state === "proceeding" && !isCancelled && branches.every(({ status = 0 }) => status < 600);
}

export function isInvite({ request }: ResponseContext): boolean {
  return request.startsWith("INVITE ");
}

/** The addresses of a sender. A gateway calls for many: the address in From counts beside its own. */
export function sendersOf(sender: Aor | undefined, from: Uri): readonly Aor[] {
  return [...new Set([sender, aorOf(from)])].filter((one) => one !== undefined);
}

/** The addresses of the caller, for the users that have blocked it. */
export function callersOf(context: ResponseContext): readonly Aor[] {
  const from = decode(requestOf(context), "From");
  const { aor } = context.caller;
  if (from.ok) return sendersOf(aor, from.value.uri);
  return aor === undefined ? [] : [aor];
}

export function callIdOf(context: ResponseContext): string {
  return header(requestOf(context), "call-id") ?? "";
}

/** Seconds until the ringing, or that of the present turn, ends by itself. */
export function secondsLeft(
  { ringsUntil, answerBy = Infinity, turnEndsAt = Infinity }: ResponseContext,
  { now }: Pick<World, "now">,
): number {
  return Math.max(0, Math.min(ringsUntil, answerBy, turnEndsAt) - now);
}

/**
 * §16.5: a URI is in a target set once, whether a 302, a forwarding or both lead to it. A device is in it once, too; it
 * has another URI after its page was loaded again: while it rings it is not rung by another branch.
 */
export function newTargets({ branches, waiting }: ResponseContext, targets: readonly Target[]): readonly Target[] {
  const known = new Set([...branches, ...waiting].map(({ uri }) => uri));
  return targets.filter(({ uri, end }) => !known.has(uri) && !branches.some((branch) => mayRing(branch, end)));
}

/** A branch that had no response could not be cancelled (§9.1), so its device may ring on that connection. */
function mayRing(branch: ClientBranch, end: Endpoint): boolean {
  const { target, state, status, cancel } = branch;
  const isSilent = state === "terminated" && status === 408 && cancel === undefined && target.flow === end.flow;
  return isSilent || (isPending(branch) && isSameDevice(target, end));
}

/** The targets that wait from now on. A device that waited already is rung where it was found last. */
export function waitingWith({ waiting }: ResponseContext, added: readonly Target[]): readonly Target[] {
  return [...waiting.filter(({ end }) => !added.some((one) => isSameDevice(one.end, end))), ...added];
}

/** A branch rings on that flow. */
export function isRungOn(flow: FlowId, { branches }: ResponseContext): boolean {
  return branches.some((branch) => isPending(branch) && branch.target.flow === flow);
}

/** The branch's device is now on another flow. */
export function movedBranch(context: ResponseContext, index: number, flow: FlowId): ResponseContext {
  return withBranchChange(context, index, ({ target }) => ({ target: { ...target, flow } }));
}

export function withBranchChange(
  context: ResponseContext,
  index: number,
  change: (branch: ClientBranch) => Partial<ClientBranch>,
): ResponseContext {
  const branches = context.branches.map((branch, at) => (at === index ? { ...branch, ...change(branch) } : branch));
  return { ...context, branches };
}
