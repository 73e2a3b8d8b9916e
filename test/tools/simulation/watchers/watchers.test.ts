import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Verdict, verdicts } from "../../../support/mutants/verdict.ts";
import { judgeWatching, rules } from "./invariants.ts";
import { watchMutations } from "./mutations.ts";
import { simulateWatching } from "./simulate.ts";

const RUNS = 200;

test(`${RUNS} seeds, each with its own script and weather, and every rule of the notifier holds`, async () => {
  const counts: Record<string, number> = {};
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const run = await simulateWatching(seed);
    expect({ seed, problems: judgeWatching(run) }).toEqual({ seed, problems: [] });
    for (const fact of run.facts) {
      if (fact.kind === "arrived" && fact.wire.method === "NOTIFY") counts["NOTIFY"] = (counts["NOTIFY"] ?? 0) + 1;
      if (fact.kind === "posted" && fact.result === "gone" && fact.wire.method === "NOTIFY")
        counts["gone"] = (counts["gone"] ?? 0) + 1;
    }
  }
  expect(counts["NOTIFY"]).toBeGreaterThan(10 * RUNS);
  expect(counts["gone"]).toBeGreaterThan(RUNS / 20);
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
