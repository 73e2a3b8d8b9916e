import { describe, expect, test } from "@jest/globals";
import { parseWeather } from "../core/weather.ts";
import { invariants, judge } from "../invariants/invariants.ts";
import { simulate } from "../simulate.ts";
import { runMutant } from "./mutant.ts";
import { mutations } from "./mutations.ts";

/** Seeds a mutant may take to be noticed. */
const RUNS = 600;

describe("each invariant is broken by a mutant of the code that keeps it, and not by the code", () => {
  test.each(mutations)(
    "$breaks: one that $name",
    async (mutation) => {
      const { seed, message } = await runMutant(mutation, RUNS);
      expect({ seed, message }).toEqual({ seed: expect.any(Number), message: expect.any(String) });
      if (seed === undefined) return;
      const sound = judge(await simulate({ seed, weather: parseWeather(mutation.weather) }));
      expect(sound.filter(({ invariant }) => invariant === mutation.breaks)).toEqual([]);
    },
    60_000,
  );

  test("no invariant is without one", () => {
    const broken = new Set<string>(mutations.map(({ breaks }) => breaks));
    expect(Object.keys(invariants).filter((name) => !broken.has(name))).toEqual([]);
  });
});
