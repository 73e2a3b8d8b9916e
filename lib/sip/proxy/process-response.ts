// A response on its way back (RFC 3261 §16.7, §18.1.2): our own Via on top says which response context it belongs to,
// or, for what was forwarded without state, which dialog.
import { withoutOurChallenges } from "../auth/challenge.ts";
import { parseCSeq } from "../syntax/cseq.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { header, type SipRequest, type SipResponse } from "../syntax/message.ts";
import type { Arrival } from "../transport/incoming.ts";
import { isSameDevice } from "../transport/endpoint.ts";
import { withoutTopVia } from "../transport/top-via.ts";
import { nothing, type Outcome, type World } from "../world.ts";
import { branchOf, isOurVia } from "../tokens/via-branch.ts";
import { alternativesAfter } from "./alternatives.ts";
import { withoutClaims } from "./asserted-identity.ts";
import { feedBranch } from "./advance-branch.ts";
import { isPending, outcomeOf, requestOf, unchanged } from "./response-context.ts";
import { senderEnd } from "./sender.ts";
import { returnInDialog } from "./stateless.ts";

export async function processResponse(arrival: Arrival<SipResponse>, world: World): Promise<Outcome> {
  const { message, flow, essentials } = arrival;
  if (!isOurVia(essentials.via, world)) return nothing("response without a Via of ours");
  if (essentials.hops < 2) return nothing("response to nobody");
  const popped = withoutOurChallenges(withoutClaims(withoutTopVia(message)), world); // step 3, RFC 3325 §5, §22.1

  const place = branchOf(essentials.via, world);
  if (place === undefined) return returnInDialog({ ...arrival, message: popped }, world);

  // Step 1
  const { context } = await world.look({ context: place.context });
  const branch = context?.branches[place.index];
  if (context === undefined || branch === undefined) return nothing("response to a forgotten request");
  if (!isAnswer(essentials, requestOf(context))) return nothing("response to another request");
  if (branch.target.flow !== flow) {
    const sender = await senderEnd(flow, world);
    if (!isSameDevice(sender, branch.target)) return nothing("response from somebody who was not asked");
  }

  const { status } = message;
  const input = status < 200 ? "1xx" : status < 300 ? "2xx" : "3xx-6xx";
  const { context: prepared, received } = isPending(branch)
    ? await alternativesAfter(context, place.index, popped, world) // step 4
    : { context, received: { response: popped } };
  return outcomeOf(context, feedBranch(unchanged(prepared), place.index, input, world, received)); // steps 5 to 10
}

/** §8.2.6.2: Call-ID and CSeq are the request's. With others the caller could not tell what was answered, or would take it for another. */
function isAnswer({ callId, cseq }: Essentials, request: SipRequest): boolean {
  const asked = parseCSeq(header(request, "cseq") ?? "");
  return callId === header(request, "call-id") && cseq.method === request.method && cseq.number === asked?.number;
}
