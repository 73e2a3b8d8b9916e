// Timers are few, and their chains end: the platform cuts a chain of Lambda and queue after about sixteen rounds.
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

/** aws-facts.md, Lambda: recursion detection. */
const LONGEST_CHAIN = 16;

export function timersAreFew({ contexts, run }: Story): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { callId, timers, id } of contexts.values()) {
    const longest = Math.max(0, ...timers.map(({ timer }) => timer.chain));
    const epochs = new Set(timers.map(({ timer }) => timer.epoch)).size;
    const at = timers.at(-1)?.at ?? 0;
    if (longest >= LONGEST_CHAIN) problems.push({ at, callId, message: `a chain of ${longest} timers for ${id}` });
    if (epochs >= LONGEST_CHAIN) problems.push({ at, callId, message: `${epochs} timers for ${id}` });
  }
  if (!run.cameToRest) problems.push({ at: run.facts.at(-1)?.at ?? 0, message: "the run never comes to rest" });
  return problems;
}
