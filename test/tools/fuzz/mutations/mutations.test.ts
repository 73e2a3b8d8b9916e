import { describe, expect, test } from "@jest/globals";
import { createJudge } from "../judge.ts";
import { createWorld } from "../world.ts";
import { runMutant } from "./mutant.ts";
import { mutations } from "./mutations.ts";

/** Stories within which a mutant must have been noticed. */
const STORIES = 1500;

describe("each oracle notices a mutant of the code that it watches", () => {
  test.each(mutations)(
    "$breaks: one that $name",
    async (mutation) => {
      const line = await runMutant(mutation, STORIES);
      expect(line).toMatch(/^\{"seed":\d+,"oracle":/);
      expect(JSON.parse(line)).toMatchObject({ oracle: mutation.breaks, message: expect.any(String) });
    },
    120_000,
  );

  test("no oracle is without one", () => {
    const broken = new Set(mutations.map(({ breaks }) => breaks));
    expect(createJudge(createWorld({})).oracles.filter((name) => !broken.has(name))).toEqual([]);
  });
});
