// CANCEL (RFC 3261 §9.2, §16.10): matches the INVITE it has the branch of, and ends what still rings.
import { refuse } from "../refuse.ts";
import { respond } from "../respond.ts";
import type { SipRequest } from "../syntax/message.ts";
import { transactionId } from "../transaction/transaction-id.ts";
import { inviteServer } from "../transaction/invite-server.ts";
import { step } from "../transaction/machine.ts";
import type { Arrival } from "../transport/arrival.ts";
import { isSameDevice } from "../transport/end.ts";
import { type Outcome, type Send, type World } from "../world.ts";
import { outcomeOf } from "./context-outcome.ts";
import { cancelPending, type Progress } from "./progress.ts";
import { TIMEOUT_SECONDS } from "./response-context.ts";
import { senderEnd } from "./sender.ts";

export async function processCancel(arrival: Arrival<SipRequest>, world: World): Promise<Outcome> {
  const { flow, essentials } = arrival;
  const { context } = await world.look({ context: transactionId(essentials, "INVITE") });
  if (context === undefined || context.expiresAt <= world.now) return refuse(arrival, { status: 481 }, world);
  if (context.caller.flow !== flow && !isSameDevice(await senderEnd(flow, world), context.caller)) {
    return refuse(arrival, { status: 481 }, world); // somebody else's call does not exist for this one
  }

  // §9.2: answered at once, with the To tag the INVITE's own answer has
  const ok: Send = { to: { flow }, message: respond(arrival.message, { status: 200 }, context.toTag) };
  const before: Progress = { context, sends: [ok] };
  const next = step(inviteServer, context.state, "cancel");
  if (next === undefined || context.isCancelled) return outcomeOf(before, before);

  // If a callee does not answer the CANCEL either, the timer ends the call for the caller.
  const epoch = context.epoch + 1;
  const cancelled: Progress = { ...before, context: { ...context, isCancelled: true, epoch } };
  return outcomeOf(before, cancelPending(cancelled, world), [
    { context: context.id, epoch, delaySeconds: TIMEOUT_SECONDS },
  ]);
}
