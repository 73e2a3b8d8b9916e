import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Verdict, verdicts } from "../../../support/mutants/verdict.ts";
import { createJudge } from "../judge.ts";
import { createWorld } from "../world.ts";
import { mutations } from "./mutations.ts";

describe("each oracle finds a mutant of the code that it watches, and nothing in the code itself", () => {
  let results: ReadonlyMap<string, Verdict>;
  beforeAll(async () => {
    results = await verdicts(new URL("run.ts", import.meta.url));
  }, 300_000);

  test.each(mutations)("$breaks: a mutant that $name", ({ name }) => {
    expect(results.get(name)).toEqual({ name, seed: expect.any(Number), noticed: expect.any(String) });
  });

  test("every oracle has a mutant", () => {
    const broken = new Set(mutations.map(({ breaks }) => breaks));
    expect(createJudge(createWorld({})).oracles.filter((name) => !broken.has(name))).toEqual([]);
  });
});
