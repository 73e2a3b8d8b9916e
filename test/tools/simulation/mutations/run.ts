// node --import ./test/support/mutants/hooks.ts test/tools/simulation/mutations/run.ts [NAME] Each mutant, or the one
// with that name, in seed after seed until its invariant is broken, and the same seed without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { parseWeather } from "../core/weather.ts";
import { judge } from "../invariants/invariants.ts";
import { simulate } from "../simulate.ts";
import { mutations } from "./mutations.ts";

await hunt(mutations, async ({ weather, breaks }, seed) => {
  const run = await simulate({ seed, weather: parseWeather(weather) });
  return judge(run).find(({ invariant }) => invariant === breaks)?.message;
});
