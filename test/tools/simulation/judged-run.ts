// A run that is judged by every invariant.
import { judge } from "./invariants/invariants.ts";
import { ladder } from "./ladder.ts";
import { shrink } from "./script/shrink.ts";
import { type Run, type RunOptions, simulate } from "./simulate.ts";
import { tell } from "./story/story.ts";

/**
 * The run of a seed in which every invariant holds. Rejects with the ladder of the shortest run that breaks the same invariant.
 * @param command options of `npm run simulate` that repeat it, besides the seed
 */
export async function judgedRun(options: RunOptions, command = ""): Promise<Run> {
  const run = await simulate(options);
  const [violation] = judge(run);
  if (violation === undefined) return run;
  const shrunk = await shrink(run, violation);
  const drawn = ladder(tell(shrunk.run), shrunk.violation.callId);
  const again = `npm run simulate -- --seed ${options.seed}${command}`;
  throw new Error(
    `"${violation.invariant}" is broken by seed ${options.seed}: ${violation.message}\n\n${drawn}\n\n${again}`,
  );
}
