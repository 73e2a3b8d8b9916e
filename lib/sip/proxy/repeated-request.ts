// A request whose response context exists already: a retransmission (RFC 3261 §17.2.1, §17.2.2), or the same request by
// another way (§8.2.2.2).
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import type { ResponseContext } from "../state/response-context.ts";
import type { Aor } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteServer } from "../transaction/non-invite-server.ts";
import { matchingKey } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { finalAgain, isInvite, provisionalAgain } from "./response-context.ts";

/** @param sender the identity that is stored for the flow */
export function answerRepeatedRequest(
  incoming: Incoming<SipRequest>,
  sender: Aor | undefined,
  context: ResponseContext,
  world: Pick<World, "keys">,
): Outcome {
  const { flow, identity = sender } = incoming;
  const { caller } = context;
  // A callee has seen the whole request and could send a copy; its copy gets no response of the caller's.
  const isFromCaller = caller.flow === flow || (identity !== undefined && caller.aor === identity);
  if (isFromCaller && context.matchingKey === matchingKey(incoming)) return repeatAnswer(context);
  return answerStateless(incoming, refusal("merged-request"), world);
}

function repeatAnswer(context: ResponseContext): Outcome {
  const again = step(isInvite(context) ? inviteServer : nonInviteServer, context.state, "request again");
  if (again?.actions.includes("resend final")) return sendOnly(...finalAgain(context));
  if (again?.actions.includes("resend provisional")) return sendOnly(provisionalAgain(context));
  return nothing("request-repeated");
}
