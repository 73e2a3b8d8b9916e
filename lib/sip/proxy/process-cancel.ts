// CANCEL (RFC 3261 §9.2, §16.10): matches the INVITE it has the branch of, and ends what still rings.
import { answerStateless } from "../uas/answer-stateless.ts";
import { respond } from "../uas/reply.ts";
import { header, type SipRequest } from "../syntax/message.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import type { Arrival } from "../transport/incoming.ts";
import { isSameDevice } from "../transport/endpoint.ts";
import { type Outcome, type Send, sendOnly, type World } from "../world.ts";
import { cancelCall } from "./advance-branch.ts";
import { outcomeOf, TIMEOUT_SECONDS, unchanged, withTimer } from "./response-context.ts";
import { senderEnd } from "./sender.ts";

export async function processCancel(arrival: Arrival<SipRequest>, world: World): Promise<Outcome> {
  const { flow } = arrival;
  const { context } = await world.look({ context: transactionId(arrival, "INVITE") });
  const isMatch =
    context !== undefined && context.expiresAt > world.now && context.matchingKey === matchingKey(arrival);
  if (!isMatch) return answerStateless(arrival, { status: 481 }, world);
  if (context.caller.flow !== flow && !isSameDevice(await senderEnd(flow, world), context.caller)) {
    return answerStateless(arrival, { status: 481 }, world); // somebody else's call does not exist for this one
  }

  // §9.2: answered at once, with the To tag the INVITE's own answer has
  const ok: Send = { to: { flow }, message: respond(arrival.message, { status: 200 }, context.toTag) };
  const next = step(inviteServer, context.state, "cancel");
  if (next === undefined || context.isCancelled) return sendOnly(ok);

  // If a callee does not answer the CANCEL either, the timer ends the call for the caller.
  const cancelled = cancelCall({ ...unchanged(context), sends: [ok] }, world, reasonIn(arrival.message));
  return outcomeOf(context, withTimer(cancelled, TIMEOUT_SECONDS, world));
}

/** Characters of a reason we keep for a CANCEL that has to wait. */
const MAX_REASON = 200;

function reasonIn(cancel: SipRequest): string | undefined {
  const reason = header(cancel, "reason");
  return reason === undefined || reason.length > MAX_REASON ? undefined : reason;
}
