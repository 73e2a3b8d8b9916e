// Shrinks a failing seed: steps that the failure does not need are left out, and kinds of weather that it does not need
// are switched off. Every draw of the random depends on a name, so the other steps happen as before.
import { calm, type Weather } from "../core/weather.ts";
import { judge } from "../invariants/invariants.ts";
import type { Violation } from "../invariants/violation.ts";
import { type Run, simulate } from "../simulate.ts";

export interface Shrunk {
  readonly run: Run;
  readonly violation: Violation;
  readonly weather: Weather;
  /** Ids of the remaining steps. */
  readonly only: readonly string[];
}

export async function shrink(failed: Run, violation: Violation): Promise<Shrunk> {
  let best: Shrunk = { run: failed, violation, weather: failed.weather, only: failed.script.steps.map(({ id }) => id) };

  async function attempt(weather: Weather, only: readonly string[]): Promise<boolean> {
    const run = await simulate({ seed: failed.seed, weather, only });
    const same = judge(run).find(({ invariant }) => invariant === violation.invariant);
    if (same !== undefined) best = { run, violation: same, weather, only };
    return same !== undefined;
  }

  for (let size = best.only.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.only.length; ) {
      const shorter = best.only.toSpliced(at, size);
      if (!(await attempt(best.weather, shorter))) at += size;
    }
  }
  for (const kind of Object.keys(calm)) {
    if (isKind(kind) && kind !== "drops" && best.weather[kind] !== calm[kind])
      await attempt({ ...best.weather, [kind]: calm[kind] }, best.only);
  }
  const left = best.only;
  for (const id of left)
    await attempt(
      best.weather,
      best.only.filter((other) => other !== id),
    );
  return best;
}

/** `drops` adds steps, which are then left out one by one. */
function isKind(name: string): name is keyof Weather {
  return Object.hasOwn(calm, name);
}
