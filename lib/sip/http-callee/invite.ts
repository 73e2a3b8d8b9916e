// INVITE for an HTTP callee (RFC 3261 §13.3): 180 at once, and its offer goes to the endpoint by POST. The answer is decided
// on in `answered.ts`.
import { nothing, type Outcome } from "../outcome.ts";
import { CALL_ROW_SECONDS } from "../policy/calls.ts";
import { ASKED_SECONDS, DEFAULT_HTTP_CALLS, DEFAULT_HTTP_CALLS_OF_CALLER } from "../policy/http-callees.ts";
import type { HttpCallee } from "../state/http-callee.ts";
import { type HttpCalls, httpCallsKey, httpCallsOf } from "../state/http-calls.ts";
import type { HttpSession } from "../state/http-session.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import { storedContext, subscriberOf } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { field, header, headers as valuesOf, type SipRequest } from "../syntax/message.ts";
import { attribute, isSdp, parseSdp } from "../syntax/sdp.ts";
import type { TimerRequest } from "../timer.ts";
import type { BranchName } from "../tokens/via-branch.ts";
import { refuseExtensions } from "../uas/option-tags.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { isListed } from "./listed-hosts.ts";
import { offerBody } from "./form-offer.ts";
import { callsChange, freed, requestFor, sessionTag } from "./session-records.ts";
import { answerThroughProxy, inDialogWith } from "./through-proxy.ts";

export async function invited(
  request: SipRequest,
  { callId, cseq }: Essentials,
  branch: BranchName,
  aor: Aor,
  world: World,
): Promise<Outcome> {
  const tag = sessionTag(branch);
  const snapshot = await world.read({
    contexts: [branch.context],
    subscribers: [aor],
    httpCalls: [httpCallsKey(aor)],
    ...(world.isRetry && { httpSessions: [tag] }),
  });
  const context = storedContext(snapshot, branch.context);
  const rung = context?.branches[branch.index];
  if (context === undefined || rung === undefined || !isPending(rung)) return nothing("http-not-wanted");
  if (snapshot.httpSessions.length > 0) return nothing("request-repeated");
  if (context.isCancelled) {
    const terminated = await answerThroughProxy(request, { status: 487 }, tag, aor, world);
    return { ...terminated, changes: [...(await freed(tag, aor, world)), ...terminated.changes] };
  }

  const callee = subscriberOf(snapshot, aor)?.http;
  const counted = httpCallsOf(snapshot.httpCalls, aor, world.now - CALL_ROW_SECONDS);
  // An earlier decision about this INVITE, which met a conflict, may have counted it.
  const calls = { ...counted, open: counted.open.filter((one) => one.tag !== tag) };
  const url = withCaller(callee?.url ?? "", request, context);
  const unfit = refuse(request, context, { ...callee, url }, calls, world);
  if (unfit !== undefined || callee === undefined) {
    return answerThroughProxy(request, unfit ?? refusal("http-callee-unusable"), tag, aor, world);
  }

  const session: HttpSession = {
    tag,
    version: 0,
    aor,
    context: branch.context,
    index: branch.index,
    callId,
    callee: withoutForm(callee),
    state: "asked",
    askedAt: world.now,
    offer: { cseq: cseq.number, count: 0 },
    ...iceOf(request),
    expiresAt: world.now + CALL_ROW_SECONDS,
  };
  const ringing = await answerThroughProxy(
    request,
    { status: 180, fields: inDialogWith(request, aor) },
    tag,
    aor,
    world,
  );
  const caller = context.caller.aor;
  const open = [...calls.open, { tag, askedAt: world.now, ...(caller !== undefined && { caller }) }];
  const { type, body } = offerBody(request.body, callee);
  const headers = { accept: "application/sdp", "content-type": type };
  const post = requestFor(session, { purpose: "open", method: "POST", url, headers, body, answers: request });
  return {
    changes: [callsChange({ ...calls, open }, world), ...ringing.changes, { kind: "new http session", session }],
    timers: [...ringing.timers, lookAt(session, branch)],
    effects: [...ringing.effects, post],
    reason: { code: "http-asked" },
  };
}

/** The form is for the POST alone, and may be long. */
function withoutForm({ form: _form, ...kept }: HttpCallee): HttpCallee {
  return kept;
}

/** The process that asks may end before it has stored the answer. */
function lookAt({ tag, aor }: HttpSession, branch: BranchName): TimerRequest {
  return { kind: "http session", session: tag, branch, aor, delaySeconds: ASKED_SECONDS };
}

function refuse(
  request: SipRequest,
  { caller, startedAt }: ResponseContext,
  { callers, limit = DEFAULT_HTTP_CALLS, callerLimit = DEFAULT_HTTP_CALLS_OF_CALLER, url }: HttpCallee,
  { open }: HttpCalls,
  { settings }: Pick<World, "settings">,
): Reply | undefined {
  const isTracked = startedAt !== undefined; // the end of a phone that is gone ends the session
  if (!isTracked || !isListed(url, settings.httpHosts)) return refusal("http-callee-unusable");
  if (callers !== undefined && !mayCall(caller.aor ?? "", callers)) return refusal("http-caller-not-allowed");
  const unsupported = refuseExtensions(request, "require"); // §8.2.2.3
  if (unsupported !== undefined) return unsupported;
  if (request.body === "") return refusal("http-no-offer"); // §13.3.1: the endpoint makes no offer
  if (!isSdp(header(request, "content-type")))
    return refusal("http-content-type", { fields: [field("Accept", "application/sdp")] }); // §8.2.3
  if (parseSdp(request.body) === undefined) return refusal("http-no-offer");
  const ofCaller = caller.aor === undefined ? [] : open.filter((one) => one.caller === caller.aor);
  return open.length >= limit || ofCaller.length >= callerLimit ? refusal("http-callee-full") : undefined;
}

function mayCall(caller: Aor, callers: readonly string[]): boolean {
  return callers.includes(caller) || callers.includes(caller.slice(caller.lastIndexOf("@") + 1));
}

/** A restart of ICE is noticed by another `ice-ufrag`. */
function iceOf({ body }: SipRequest): Pick<HttpSession, "ice"> {
  const ufrag = ufragIn(body);
  return ufrag === undefined ? {} : { ice: { ufrag } };
}

export function ufragIn(sdp: string): string | undefined {
  const description = parseSdp(sdp);
  const [first] = description?.media ?? [];
  return description && first && attribute("ice-ufrag", first, description);
}

/** The URL with the caller's address for `{caller}`; `anonymous` for `Privacy: id` (RFC 3323 §4.2). */
function withCaller(url: string, request: SipRequest, { caller }: ResponseContext): string {
  const isWithheld = valuesOf(request, "privacy").some((value) => /\bid\b/i.test(value));
  const { aor = "anonymous" } = isWithheld ? {} : caller;
  return url.replaceAll("{caller}", encodeURIComponent(aor.replace(/^sips?:/, "")));
}
