// A response on its way back (RFC 3261 §16.7, §18.1.2). The Via of this server on top names the response context, or, for a
// request that was forwarded without state, the dialog.
import { withoutOurChallenges } from "../auth/challenge.ts";
import { endpointOn } from "../location/reachability.ts";
import { deliveryIn } from "../messaging/delivery.ts";
import { deliveryAnswered } from "../messaging/delivery-answered.ts";
import { decideAgain, nothing, type Outcome } from "../outcome.ts";
import { realmOf } from "../policy/settings.ts";
import { LET_PASS_MILLISECONDS } from "../policy/timers.ts";
import { isPending, type ResponseContext } from "../state/response-context.ts";
import { storedContext } from "../state/snapshot.ts";
import { parseCSeq } from "../syntax/cseq.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { header, type SipRequest, type SipResponse } from "../syntax/message.ts";
import { branchOf } from "../tokens/via-branch.ts";
import { isSameDevice } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import type { World } from "../world.ts";
import { keepUnanswered } from "./absent.ts";
import { advanceBranch } from "./advance-branch.ts";
import { withoutClaims } from "./asserted-identity.ts";
import { answeredOutcome } from "./begin-call.ts";
import { type Alternatives, onRefused } from "./call-forwarding.ts";
import { begin } from "./kept-responses.ts";
import { isAnswerEarly } from "./overtaking.ts";
import { followRedirect } from "./recursion.ts";
import { requestOf } from "./response-context.ts";
import { returnInDialog } from "./stateless.ts";

export async function processResponse(incoming: Incoming<SipResponse>, world: World): Promise<Outcome> {
  const { message, flow, essentials } = incoming;
  if (essentials.via.host !== realmOf(world)) return nothing("response-foreign-via");
  const delivery = deliveryIn(essentials.via, world.keys);
  if (delivery !== undefined) return deliveryAnswered(delivery, message.status, flow, world); // RFC 3428 §7
  if (essentials.hops < 2) return nothing("response-without-next-hop");
  const popped = withoutOurChallenges(withoutClaims(withoutTopVia(message)), world); // step 3, RFC 3325 §5, §22.1

  const place = branchOf(essentials.via, world.keys);
  if (place === undefined) return returnInDialog({ ...incoming, message: popped }, world);

  // Step 1
  const context = storedContext(await world.read({ contexts: [place.context] }), place.context);
  const branch = context?.branches[place.index];
  if (context === undefined || branch === undefined) return nothing("response-forgotten");
  if (!isAnswer(essentials, requestOf(context))) return nothing("response-mismatch");
  if (branch.target.flow !== flow && !isSameDevice(await endpointOn(flow, world), branch.target)) {
    return nothing("response-not-asked");
  }

  if (!world.isRetry && isAnswerEarly(message, context, branch)) return decideAgain(LET_PASS_MILLISECONDS);

  const { status } = message;
  const input = status < 200 ? "1xx" : status < 300 ? "2xx" : "3xx-6xx";
  const {
    context: prepared,
    received,
    changes = [],
    pushes = [],
  } = isPending(branch)
    ? await alternativesTo(context, place.index, popped, world) // step 4
    : { context, received: { response: popped } };
  const begun = await begin(prepared, place.index, world);
  const after = advanceBranch(begun, place.index, input, world, received); // steps 5 to 10
  const outcome = await answeredOutcome(context, after, place.index, incoming, world);
  return changes.length === 0
    ? outcome
    : { ...outcome, changes: [...outcome.changes, ...changes], effects: [...outcome.effects, ...pushes] };
}

/** §8.2.6.2: Call-ID and CSeq are the request's. With others the caller would take it for a response to another request. */
function isAnswer({ callId, cseq }: Essentials, request: SipRequest): boolean {
  const asked = parseCSeq(header(request, "cseq") ?? "");
  return callId === header(request, "call-id") && cseq.method === request.method && cseq.number === asked?.number;
}

/** Further targets that a refusal leads to: the contacts of a 3xx, or the subscriber's forwarding. */
async function alternativesTo(
  context: ResponseContext,
  index: number,
  response: SipResponse,
  world: World,
): Promise<Alternatives> {
  const { status } = response;
  const isRefused = status >= 300 && context.state === "proceeding" && !context.isCancelled;
  if (!isRefused) return { context, received: { response } };
  if (status < 400 && world.settings.followsRedirects) return followRedirect(context, index, response, world);
  const kept = await keepUnanswered(context, index, response, world); // RFC 3428 §7
  return kept === undefined ? onRefused(context, index, response, world) : { context, ...kept };
}
