// The mutants, each in seed after seed until its invariant is broken, and the same seed without it.
import { hunt } from "../../../support/mutants/hunt.ts";
import { parseWeather } from "../core/weather.ts";
import { invariants } from "../invariants/invariants.ts";
import { simulate } from "../simulate.ts";
import { tell } from "../story/story.ts";
import { mutations } from "./mutations.ts";

await hunt(
  mutations,
  async (seed, { weather }) => tell(await simulate({ seed, weather: parseWeather(weather) })),
  (story, { breaks }) => invariants[breaks](story)[0]?.message,
);
