// Timers B, C and F of a response context (RFC 3261 §16.8, §17.1): one delayed message at a time, never cancelled. What
// it means is decided when it is due.
import { nothing, type Outcome, sendOnly, type World } from "../world.ts";
import { outcomeOf } from "./context-outcome.ts";
import { finalAgain, isPending, TIMEOUT_SECONDS } from "./response-context.ts";
import { feedBranch, isInvite, type Progress } from "./progress.ts";

/** The first look is after timer B; a shorter ring time comes first. */
export function firstDelay(ringSeconds: number): number {
  return Math.min(TIMEOUT_SECONDS, ringSeconds);
}

export async function timerDue(timer: { context: string; epoch: number }, world: World): Promise<Outcome> {
  const { context } = await world.look({ context: timer.context });
  if (context === undefined || context.epoch !== timer.epoch) return nothing("stale timer");
  if (context.state === "accepted") return nothing("call was answered");
  const before: Progress = { context, sends: [] };
  // A Lambda may have died between writing the final answer and sending it; a caller that has it ignores another.
  if (context.state === "completed") return sendOnly(...finalAgain(context));

  // Timer B and F concern who never said a word; timer C, and a cancelled call, everybody.
  const isOver = context.isCancelled || world.now >= context.ringsUntil || !isInvite(context);
  let after = before;
  context.branches.forEach((branch, index) => {
    if (branch.state === "calling" || (isOver && isPending(branch))) after = feedBranch(after, index, "timeout", world);
  });
  if (!after.context.branches.some(isPending)) return outcomeOf(before, after);

  const epoch = context.epoch + 1;
  const delaySeconds = Math.max(1, context.ringsUntil - world.now);
  return outcomeOf(before, { ...after, context: { ...after.context, epoch } }, [
    { context: context.id, epoch, delaySeconds },
  ]);
}
