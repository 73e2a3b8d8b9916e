// Timers B, C and F of a response context (RFC 3261 §16.8, §17.1): one delayed message at a time, never cancelled. What
// it means is decided when it is due, and what has happened to both ends meanwhile is looked at.
import { type DueTimer, nothing, type Outcome, sendOnly, type World } from "../world.ts";
import { alternativesToSilence } from "./alternatives.ts";
import { hasVanished, ringReturned } from "./lost-ends.ts";
import { cancelCall, feedBranch, type Received } from "./progress.ts";
import {
  type ClientBranch,
  finalAgain,
  isInvite,
  isPending,
  outcomeOf,
  type Progress,
  secondsLeft,
  TIMEOUT_SECONDS,
  unchanged,
  withTimer,
} from "./response-context.ts";

export async function timerDue(timer: DueTimer, world: World): Promise<Outcome> {
  const { context } = await world.look({ context: timer.context });
  if (context === undefined || context.epoch !== timer.epoch) return nothing("stale timer");
  if (context.state === "accepted") return nothing("call was answered");
  // A Lambda may have died between writing the final answer and sending it; a caller that has it ignores another.
  if (context.state === "completed") return sendOnly(...finalAgain(context));

  // Timer C, timer F, and a CANCEL that a phone did not answer: everybody has had their time.
  if (context.isCancelled || secondsLeft(context, world) === 0 || !isInvite(context)) {
    const forwarded = await alternativesToSilence(context, world);
    const { context: prepared, received } = forwarded ?? { context, received: undefined };
    return outcomeOf(context, timeOut(unchanged(prepared), isPending, world, received));
  }

  // Timer B: those who never said a word. The others ring on, if there still is somebody to ring for.
  const asked = timeOut(unchanged(context), ({ state }) => state === "calling", world);
  const isNextGroup = asked.timers.length > 0;
  if (isNextGroup || !asked.context.branches.some(isPending)) return outcomeOf(context, asked);
  if (await hasVanished(context.caller, world)) {
    return outcomeOf(context, withTimer(cancelCall(asked, world), TIMEOUT_SECONDS));
  }
  const { progress, isComplete } = await ringReturned(asked, timer.message, world);
  const left = secondsLeft(context, world);
  return outcomeOf(context, withTimer(progress, isComplete ? left : Math.min(left, TIMEOUT_SECONDS), timer.message));
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
