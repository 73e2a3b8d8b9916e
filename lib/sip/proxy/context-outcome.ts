import type { Outcome, TimerRequest } from "../world.ts";
import type { Progress } from "./progress.ts";

/** What a step in a response context comes to: a context that did not change costs no write. */
export function outcomeOf(before: Progress, after: Progress, timers: readonly TimerRequest[] = []): Outcome {
  const isChanged = before.context !== after.context;
  return { changes: isChanged ? [{ kind: "context", context: after.context }] : [], timers, sends: after.sends };
}
