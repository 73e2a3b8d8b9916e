// One input to one client branch moves its machine (RFC 3261 §17.1), which may move the server machine (§17.2); the
// messages that both want sent are collected in a Transition.
import { send } from "../effect.ts";
import { MAX_PROVISIONAL } from "../policy/sizes.ts";
import { SHORTEST_TIMER_C_SECONDS, TIMEOUT_SECONDS } from "../policy/timers.ts";
import { type ClientBranch, isPending } from "../state/response-context.ts";
import { type SipRequest, type SipResponse, valueOf } from "../syntax/message.ts";
import { type ClientAction, type ClientInput, inviteClient } from "../transaction/invite-client.ts";
import { step } from "../transaction/machine.ts";
import { nonInviteClient } from "../transaction/non-invite-client.ts";
import type { World } from "../world.ts";
import { ackOf, cancelOf } from "./cancel-and-ack.ts";
import { stopPush } from "./call-push.ts";
import { conclude, toCaller } from "./conclude.ts";
import { leanResponse } from "./lean-response.ts";
import { endAnswer, isLaterAnswer } from "./later-answer.ts";
import { isInvite, withBranchChange } from "./response-context.ts";
import { type BranchResponse, type Transition, withTimer } from "./transition.ts";

/** The same transition object if the branch ignores the input. */
export function advanceBranch(
  transition: Transition,
  index: number,
  input: ClientInput,
  world: World,
  received?: BranchResponse,
): Transition {
  const branch = transition.context.branches[index];
  if (branch === undefined) return transition;
  const machine = isInvite(transition.context) ? inviteClient : nonInviteClient;
  const next = step(machine, branch.state, input);
  if (next === undefined) return transition;

  let after = branch.state === next.state ? transition : withBranch(transition, index, { state: next.state });
  for (const action of next.actions) after = carryOut(action, after, index, world, received);
  return after;
}

function carryOut(
  action: ClientAction,
  transition: Transition,
  index: number,
  world: World,
  received: BranchResponse | undefined,
): Transition {
  const { context } = transition;
  switch (action) {
    case "pass up":
      return received === undefined ? transition : passUp(transition, index, received, world);
    case "send ack":
      return received === undefined
        ? transition
        : toCallee(transition, index, ackOf(context, index, received.response, world));
    case "hold cancel":
      return withBranch(transition, index, { cancel: "wanted" });
    case "send cancel":
      return sendCancel(transition, index, world);
    case "cancel ringing":
      return cancelRinging(transition, index, world);
    case "stop waking":
      return { ...transition, pushes: [...(transition.pushes ?? []), ...stopPush(context, index, 1, world)] };
    case "report timeout":
      return reportTimeout(transition, index, received?.effective, world);
    case "report failure":
      if (received === undefined) return transition;
      if (received.effective !== undefined) return conclude(withFinal(transition, index, received.effective), world);
      return conclude(withBranch(transition, index, { failure: received.response.status }), world);
  }
}

/** §16.7 steps 4 to 9 for one response. */
function passUp(transition: Transition, index: number, received: BranchResponse, world: World): Transition {
  const { response, effective = response } = received;
  const { status } = response;
  if (status < 200) return passProvisional(transition, index, response, world);
  if (status < 300) {
    if (world.settings.laterAnswers === "end" && isLaterAnswer(transition.context, index)) {
      return { ...transition, sends: [...transition.sends, ...endAnswer(transition.context, index, response, world)] };
    }
    const answered = withBranch(transition, index, { status });
    return cancelPending(toCaller(answered, "user 2xx", response), world);
  }
  const final = withFinal(transition, index, effective);
  return conclude(status >= 600 ? cancelPending(final, world) : final, world);
}

function withFinal(transition: Transition, index: number, response: SipResponse): Transition {
  const kept = leanResponse(response);
  const responses = kept === undefined ? transition.responses : new Map([...transition.responses, [index, kept]]);
  return withBranch({ ...transition, responses }, index, { status: response.status });
}

function passProvisional(transition: Transition, index: number, response: SipResponse, world: World): Transition {
  const isUnwanted = transition.context.branches[index]?.cancel !== undefined;
  const freed = isUnwanted ? cancelRinging(transition, index, world) : transition;
  if (response.status === 100) return freed; // step 5: a 100 is never forwarded
  return toCaller(withProvisional(withTimerC(freed, world), response, world), "user 1xx", response);
}

/** §17.2.1: a retransmitted INVITE is answered with it. A status that is stored already costs no write. */
function withProvisional(
  transition: Transition,
  { status, reason, fields }: SipResponse,
  { now }: Pick<World, "now">,
): Transition {
  const { context } = transition;
  if (context.provisional?.status === status) return transition;
  const to = fields.find(({ name }) => name === "to");
  const at = context.startedAt === undefined ? undefined : (context.provisional?.at ?? now);
  const provisional = { status, reason, to: to ? valueOf(to) : "", ...(at !== undefined && { at }) };
  if (reason.length + provisional.to.length > MAX_PROVISIONAL) return transition;
  return { ...transition, context: { ...context, provisional } };
}

/** §16.7 step 2: a sign of ringing restarts timer C. */
function withTimerC(transition: Transition, { now, settings }: Pick<World, "now" | "settings">): Transition {
  const { context } = transition;
  if (context.ringsUntil - now > SHORTEST_TIMER_C_SECONDS) return transition;
  const ringsUntil = now + settings.ringSeconds;
  const expiresAt = Math.max(context.expiresAt, ringsUntil + 3 * TIMEOUT_SECONDS);
  return { ...transition, context: { ...context, ringsUntil, expiresAt } };
}

/** RFC 4320 §4.2: no 408 for a non-INVITE, whose sender has timed out itself. */
function reportTimeout(
  transition: Transition,
  index: number,
  effective: SipResponse | undefined,
  world: World,
): Transition {
  if (!isInvite(transition.context)) return conclude(transition, world);
  if (effective !== undefined) return conclude(withFinal(transition, index, effective), world);
  const status = transition.context.isCancelled ? 487 : 408;
  return conclude(withBranch(transition, index, { status }), world);
}

/** §16.7 step 10, §16.10: cancels every branch that may still answer. */
function cancelPending(transition: Transition, world: World): Transition {
  if (!isInvite(transition.context)) return transition;
  let after = transition;
  transition.context.branches.forEach((branch, index) => {
    if (isPending(branch) && branch.cancel === undefined) after = advanceBranch(after, index, "cancel", world);
  });
  return after;
}

/** The caller cancelled or is gone (§16.10): no further target is tried. */
export function cancelCall(transition: Transition, world: World, cancelReason?: string): Transition {
  const why = cancelReason === undefined ? {} : { cancelReason };
  const cancelled = { ...transition, context: { ...transition.context, isCancelled: true, waiting: [], ...why } };
  return cancelPending(cancelled, world);
}

/**
 * A branch that has to be cancelled rings. §9.1 allows the CANCEL from here on; one that was sent before may have been
 * lost with its process, and the same branch makes another one a retransmission. Once the call is over the timers it
 * had may all have fired, so the first CANCEL brings one that repeats it.
 */
/* mutant: cancel ringing */ function cancelRinging(transition: Transition, index: number, world: World): Transition {
  const isFirst = transition.context.branches[index]?.cancel !== "sent";
  const cancelled = sendCancel(transition, index, world);
  const isOver = transition.context.state !== "proceeding";
  return isFirst && isOver ? withTimer(cancelled, TIMEOUT_SECONDS, world) : cancelled;
}

function sendCancel(transition: Transition, index: number, world: World): Transition {
  const isSent = transition.context.branches[index]?.cancel === "sent";
  const asked = isSent ? transition : withBranch(transition, index, { cancel: "sent" });
  return toCallee(asked, index, cancelOf(asked.context, index, world));
}

function toCallee(transition: Transition, index: number, message: SipRequest): Transition {
  const target = transition.context.branches[index]?.target;
  return target === undefined ? transition : { ...transition, sends: [...transition.sends, send(target, message)] };
}

function withBranch(transition: Transition, index: number, change: Partial<ClientBranch>): Transition {
  return { ...transition, context: withBranchChange(transition.context, index, () => change) };
}
