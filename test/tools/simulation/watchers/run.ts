// node --import ./test/support/mutants/hooks.ts test/tools/simulation/watchers/run.ts [NAME] Each mutant, or the one with
// that name, in seed after seed until its rule is broken, and the same seed without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { parseWeather } from "../core/weather.ts";
import { judgeWatching } from "./invariants.ts";
import { watchMutations } from "./mutations.ts";
import { simulateWatching } from "./simulate.ts";

await hunt(watchMutations, async ({ weather, breaks }, seed) => {
  const run = await simulateWatching(seed, parseWeather(weather));
  return judgeWatching(run).find(({ rule }) => rule === breaks)?.problem;
});
