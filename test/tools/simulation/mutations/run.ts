// The mutants of the simulation and of the notifier, each in seed after seed until its invariant or rule is broken, and the
// same seed without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { parseWeather } from "../core/weather.ts";
import { invariants } from "../invariants/invariants.ts";
import { simulate } from "../simulate.ts";
import { tell } from "../story/story.ts";
import { rules } from "../watchers/invariants.ts";
import { watchMutations } from "../watchers/mutations.ts";
import { simulateWatching } from "../watchers/simulate.ts";
import { mutations } from "./mutations.ts";

await hunt(
  mutations,
  async (seed, { weather }) => tell(await simulate({ seed, weather: parseWeather(weather) })),
  (story, { breaks }) => invariants[breaks](story)[0]?.message,
);

await hunt(
  watchMutations,
  (seed, { weather }) => simulateWatching(seed, parseWeather(weather)),
  (run, { breaks }) => rules[breaks](run)[0],
);
