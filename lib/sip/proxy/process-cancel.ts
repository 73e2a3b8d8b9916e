// CANCEL (RFC 3261 §9.2, §16.10): matches the INVITE with its branch, and cancels the branches that still ring.
import { send } from "../effect.ts";
import { endpointOn } from "../location/reachability.ts";
import { type Outcome, sendOnly } from "../outcome.ts";
import { MAX_CANCEL_REASON } from "../policy/sizes.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import { liveContext } from "../state/snapshot.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import { isSameDevice } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { cancelCall } from "./advance-branch.ts";
import { unchanged, withTimer } from "./transition.ts";
import { outcomeOf } from "./transition-outcome.ts";

export async function processCancel(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const { flow, message } = incoming;
  const id = transactionId(incoming, "INVITE");
  const context = liveContext(await world.read({ contexts: [id] }), id, world.now);
  if (context === undefined || context.matchingKey !== matchingKey(incoming)) {
    return answerStateless(incoming, refusal("nothing-to-cancel"), world);
  }
  // The call of another user does not exist for this sender.
  if (context.caller.flow !== flow && !isSameDevice(await endpointOn(flow, world), context.caller)) {
    return answerStateless(incoming, refusal("nothing-to-cancel"), world);
  }

  // §9.2: answered at once, with the To tag of the response to the INVITE
  const ok = send({ flow }, respond(message, { status: 200 }, context.toTag));
  const next = step(inviteServer, context.state, "cancel");
  if (next === undefined || context.isCancelled) return sendOnly(ok);

  // A callee that does not answer the CANCEL either is timed out by the timer.
  const cancelled = cancelCall({ ...unchanged(context), sends: [ok] }, world, reasonIn(message));
  return outcomeOf(context, withTimer(cancelled, TIMEOUT_SECONDS, world));
}

function reasonIn(cancel: SipRequest): string | undefined {
  const reason = header(cancel, "reason");
  return reason === undefined || reason.length > MAX_CANCEL_REASON ? undefined : reason;
}
