// The mutants, each in seed after seed until its rule is broken, and the same seed without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { parseWeather } from "../core/weather.ts";
import { rules } from "./invariants.ts";
import { watchMutations } from "./mutations.ts";
import { simulateWatching } from "./simulate.ts";

await hunt(
  watchMutations,
  (seed, { weather }) => simulateWatching(seed, parseWeather(weather)),
  (run, { breaks }) => rules[breaks](run)[0],
);
