// node --import ./test/support/mutants/hooks.ts test/tools/simulation/watchers/run.ts Each mutant in seed after seed until
// its rule is broken, and the same seed without it.
import type { Verdict } from "../../../support/mutants/verdict.ts";
import { parseWeather } from "../core/weather.ts";
import { judgeWatching } from "./invariants.ts";
import { type WatchMutation, watchMutations } from "./mutations.ts";
import { simulateWatching } from "./simulate.ts";

const SEEDS = 100;

async function finding({ weather, breaks }: WatchMutation, seed: number): Promise<string | undefined> {
  const run = await simulateWatching(seed, parseWeather(weather));
  return judgeWatching(run).find(({ rule }) => rule === breaks)?.problem;
}

for (const mutation of watchMutations) {
  let verdict: Verdict = { name: mutation.name };
  for (let seed = 1; seed <= SEEDS && verdict.seed === undefined; seed += 1) {
    const takeBack = mutation.edit();
    const noticed = await finding(mutation, seed).finally(takeBack);
    if (noticed !== undefined) verdict = { name: mutation.name, seed, noticed, without: await finding(mutation, seed) };
  }
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
