// Timers B, C and F of a response context (RFC 3261 §16.8, §17.1): one delayed message at a time, never cancelled. When it
// fires, the stored context and the flows of both ends are read, and determine the next step.
import { send, type Send } from "../effect.ts";
import { hasVanished } from "../location/reachability.ts";
import { nothing, type Outcome, sendOnly } from "../outcome.ts";
import { RETURN_SECONDS, RINGING_LOOK_SECONDS, TIMEOUT_SECONDS } from "../policy/timers.ts";
import { type ClientBranch, isPending, type ResponseContext } from "../state/response-context.ts";
import { storedContext } from "../state/snapshot.ts";
import type { TransactionTimer } from "../timer.ts";
import type { World } from "../world.ts";
import { advanceBranch, cancelCall } from "./advance-branch.ts";
import { onNoAnswer } from "./call-forwarding.ts";
import { cancelOf } from "./cancel-and-ack.ts";
import { recoverFlows } from "./flow-recovery.ts";
import { withKeptResponses } from "./kept-responses.ts";
import { finalAgain, isInvite, secondsLeft } from "./response-context.ts";
import { silentFrom } from "./timer-b.ts";
import { type BranchResponse, type Transition, withTimer } from "./transition.ts";
import { outcomeOf } from "./transition-outcome.ts";
import { answerUnheard } from "./unheard-answer.ts";

export async function transactionDue(timer: TransactionTimer, world: World): Promise<Outcome> {
  const context = storedContext(await world.read({ contexts: [timer.context] }), timer.context);
  if (context === undefined || context.epoch < timer.epoch) return fireAgain(timer, world);
  if (context.epoch > timer.epoch) return nothing("timer-stale");
  const begun = { ...(await withKeptResponses(context, world)), sends: cancelsAgain(context, world) };
  if (context.unheard !== undefined) return answerUnheard(begun, world);
  if (context.state !== "proceeding") return repeatLostMessages(begun);

  if (isInvite(context) && !context.isCancelled && (await hasVanished(context.caller, world))) {
    return outcomeOf(context, withTimer(cancelCall(begun, world), TIMEOUT_SECONDS, world), "caller-gone");
  }
  // Timers C and F, and a CANCEL without a response: the time of all branches is over.
  if (context.isCancelled || secondsLeft(context, world) === 0 || !isInvite(context)) {
    return outcomeOf(context, await timeOutAll(begun, world), "no-answer");
  }
  return timeOutSilent(begun, timer, world);
}

/** The Lambda that decided the final response may have ended before it was sent. */
function repeatLostMessages({ context, sends: cancels }: Transition): Outcome {
  const final = context.state === "completed" && isInvite(context) ? finalAgain(context) : [];
  if (final.length === 0 && cancels.length === 0) return nothing("timer-after-end");
  return {
    ...sendOnly(...final, ...cancels),
    reason: { code: final.length > 0 ? "final-repeated" : "cancel-repeated" },
  };
}

async function timeOutAll(begun: Transition, world: World): Promise<Transition> {
  const { context } = begun;
  const isTooLate = context.answerBy !== undefined && context.answerBy <= world.now;
  const over = isTooLate ? { ...context, waiting: [] } : context; // the subscriber's limit is for all groups together
  const isNextTurn = context.turnEndsAt !== undefined && over.waiting.length > 0;
  const forwarded = isNextTurn ? undefined : await onNoAnswer(over, world);
  return timeOut({ ...begun, context: forwarded?.context ?? over }, isPending, world, forwarded?.received);
}

/**
 * Timer B: ends branches without any response. The others stay while their devices are connected. The timer is
 * set again, because either end may lose its connection.
 */
async function timeOutSilent(begun: Transition, timer: TransactionTimer, world: World): Promise<Outcome> {
  const { context } = begun;
  const isSilent = (branch: ClientBranch) => branch.state === "calling" && silentFrom(branch) <= world.now;
  const isAll = context.waiting.length === 0 && context.branches.filter(isPending).every(isSilent);
  const forwarded = isAll ? await onNoAnswer(context, world) : undefined;
  const prepared = { ...begun, context: forwarded?.context ?? context };
  const after = timeOut(prepared, isSilent, world, forwarded?.received);

  const isNextGroup = after.timers.length > 0;
  if (isNextGroup || !after.context.branches.some(isPending)) return outcomeOf(context, after, "no-answer");
  const recovered = await recoverFlows(after, timer.message, world);
  if (recovered.timers.length > 0 || !recovered.context.branches.some(isPending))
    return outcomeOf(context, recovered, "device-lost");
  const delay = Math.min(secondsLeft(context, world), patience(recovered.context, world));
  return outcomeOf(context, withTimer(recovered, delay, world, timer.message));
}

/** Timers are set before their state is stored, so a short one may fire first. If its state never comes, it is dropped. */
function fireAgain(timer: TransactionTimer, { platform }: Pick<World, "platform">): Outcome {
  if (timer.isSecond === true) return nothing("timer-without-state");
  const second = { ...timer, isSecond: true, delaySeconds: platform.commitSeconds } as const;
  return { ...nothing("timer-early"), timers: [second] };
}

/** Seconds until the next look. The delay grows after six looks, because Lambda stops a chain of 16 timers. */
function patience({ epoch, branches }: ResponseContext, { now }: Pick<World, "now">): number {
  if (epoch >= LAST_LOOK) return Infinity;
  if (branches.some((branch) => isPending(branch) && branch.isLost)) return RETURN_SECONDS;
  const late = branches.filter(
    ({ state, rungAt }) => state === "waking" || (state === "calling" && rungAt !== undefined),
  );
  const silent = late.map((branch) => silentFrom(branch) - now);
  return Math.min(epoch < STEADY_LOOKS ? RINGING_LOOK_SECONDS : TIMEOUT_SECONDS * epoch, ...silent);
}

/** Six looks of 30 s are three minutes of ringing. */
const STEADY_LOOKS = 6;

/** From this epoch on, the next timer is due when the ring time ends. */
const LAST_LOOK = 11;

function timeOut(
  transition: Transition,
  isMeant: (branch: ClientBranch) => boolean,
  world: World,
  received?: BranchResponse,
): Transition {
  let after = transition;
  transition.context.branches.forEach((branch, index) => {
    if (isMeant(branch)) after = advanceBranch(after, index, "timeout", world, received);
  });
  return after;
}

/** Repeats CANCEL for branches that have not confirmed it; the same branch makes it a retransmission. */
function cancelsAgain(context: ResponseContext, world: World): readonly Send[] {
  return context.branches.flatMap(({ cancel, state, target }, index) =>
    cancel === "sent" && (state === "terminated" || (state === "proceeding" && context.state !== "proceeding"))
      ? [send(target, cancelOf(context, index, world))]
      : [],
  );
}
