import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Verdict, verdicts } from "../../../support/mutants/verdict.ts";
import { linesOf } from "../../../support/program.ts";
import { rules } from "./invariants.ts";
import { watchMutations } from "./mutations.ts";
import { RUNS, type WatchResults } from "./seeds.ts";

test(`${RUNS} seeds, each with its own script and weather, and every rule of the notifier holds`, async () => {
  const [results] = await linesOf<WatchResults>(new URL("seeds.ts", import.meta.url));
  expect(results?.broken).toBe("");
  expect(results?.arrived).toBeGreaterThan(10 * RUNS);
  expect(results?.gone).toBeGreaterThan(RUNS / 20);
});

describe("each rule is broken by a mutant of the code that keeps it, and not by the code itself", () => {
  let results: ReadonlyMap<string, Verdict>;
  beforeAll(async () => {
    results = await verdicts(new URL("run.ts", import.meta.url));
  });

  test.each(watchMutations)("$breaks: a mutant that $name", ({ name }) => {
    expect(results.get(name)).toEqual({ name, seed: expect.any(Number), noticed: expect.any(String) });
  });

  test("every rule has a mutant", () => {
    const broken = new Set<string>(watchMutations.map(({ breaks }) => breaks));
    expect(Object.keys(rules).filter((name) => !broken.has(name))).toEqual([]);
  });
});
