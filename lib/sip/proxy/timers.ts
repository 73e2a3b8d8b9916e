// Timers B, C and F of a response context (RFC 3261 §16.8, §17.1): one delayed message at a time, never cancelled. What
// it means is decided when it is due, and what has happened to both ends meanwhile is looked at.
import { cancelOf } from "./cancel-and-ack.ts";
import { type DueTimer, nothing, type Outcome, type Send, sendOnly, type World } from "../world.ts";
import { alternativesToSilence } from "./alternatives.ts";
import { hasVanished, ringReturned } from "./flow-recovery.ts";
import { cancelCall, feedBranch, type Received } from "./advance-branch.ts";
import {
  type ClientBranch,
  finalAgain,
  isInvite,
  isPending,
  outcomeOf,
  type ResponseContext,
  type Progress,
  secondsLeft,
  TIMEOUT_SECONDS,
  unchanged,
  withTimer,
} from "./response-context.ts";

export async function timerDue(timer: DueTimer, world: World): Promise<Outcome> {
  const { context } = await world.look({ context: timer.context });
  if (context === undefined || context.epoch < timer.epoch) return comeAgain(timer);
  if (context.epoch > timer.epoch) return nothing("stale timer");
  // A Lambda may have died between writing what it decided and sending it.
  if (context.state !== "proceeding") {
    const final = context.state === "completed" && isInvite(context) ? finalAgain(context) : [];
    return sendOnly(...final, ...cancelsAgain(context, world));
  }

  const begun: Progress = { ...unchanged(context), sends: cancelsAgain(context, world) };
  if (isInvite(context) && !context.isCancelled && (await hasVanished(context.caller, world))) {
    return outcomeOf(context, withTimer(cancelCall(begun, world), TIMEOUT_SECONDS, world));
  }

  // Timer C, timer F, and a CANCEL that a phone did not answer: everybody has had their time.
  if (context.isCancelled || secondsLeft(context, world) === 0 || !isInvite(context)) {
    const isTooLate = context.answerBy !== undefined && context.answerBy <= world.now;
    const over = isTooLate ? { ...context, waiting: [] } : context; // the subscriber's time is for all its phones together
    const forwarded = await alternativesToSilence(over, world);
    const { context: prepared, received } = forwarded ?? { context: over, received: undefined };
    return outcomeOf(context, timeOut({ ...begun, context: prepared }, isPending, world, received));
  }

  // Timer B: those who never said a word. The others ring on.
  const asked = await timeOutSilent(begun, world);
  const isNextGroup = asked.timers.length > 0;
  if (isNextGroup || !asked.context.branches.some(isPending)) return outcomeOf(context, asked);
  const progress = await ringReturned(asked, timer.message, world);
  const delay = Math.min(secondsLeft(context, world), patience(context)); // either end may be lost any time
  return outcomeOf(context, withTimer(progress, delay, world, timer.message));
}

/** If nobody has said a word and nobody else waits, the call goes where unanswered ones go. */
async function timeOutSilent(progress: Progress, world: World): Promise<Progress> {
  const { context } = progress;
  const isSilent = ({ state }: ClientBranch) => state === "calling";
  const isAll = context.waiting.length === 0 && context.branches.filter(isPending).every(isSilent);
  const forwarded = isAll ? await alternativesToSilence(context, world) : undefined;
  const prepared = forwarded?.context ?? context;
  return timeOut({ ...progress, context: prepared }, isSilent, world, forwarded?.received);
}

/** Seconds that a Lambda lives at most. */
const LONGEST_COMMIT_SECONDS = 12;

/** Timers are set before their state is stored, so a short one may be here first. If its state never comes, it is stale. */
function comeAgain(timer: DueTimer): Outcome {
  if (timer.isSecond === true) return nothing("timer without a state");
  const second = { ...timer, isSecond: true, delaySeconds: LONGEST_COMMIT_SECONDS } as const;
  return { changes: [], timers: [second], sends: [], because: "timer before its state" };
}

/** Longer each time: a chain of timers must stay below the 16 that Lambda takes for a loop. */
function patience({ epoch }: ResponseContext): number {
  return TIMEOUT_SECONDS * epoch;
}

function timeOut(
  progress: Progress,
  isMeant: (branch: ClientBranch) => boolean,
  world: World,
  received?: Received,
): Progress {
  let after = progress;
  progress.context.branches.forEach((branch, index) => {
    if (isMeant(branch)) after = feedBranch(after, index, "timeout", world, received);
  });
  return after;
}

/** Once more for phones that were told to stop and have not said that they did: the same branch makes it a repetition. */
function cancelsAgain(context: ResponseContext, world: World): Send[] {
  return context.branches.flatMap(({ cancel, state, target }, index) =>
    cancel === "sent" && (state === "terminated" || (state === "proceeding" && context.state !== "proceeding"))
      ? [{ to: target, message: cancelOf(context, index, world) }]
      : [],
  );
}
