import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Verdict, verdicts } from "../../../support/mutants/verdict.ts";
import { invariants } from "../invariants/invariants.ts";
import { mutations } from "./mutations.ts";

describe("each invariant is broken by a mutant of the code that keeps it, and not by the code itself", () => {
  let results: ReadonlyMap<string, Verdict>;
  beforeAll(async () => {
    results = await verdicts(new URL("run.ts", import.meta.url));
  }, 300_000);

  test.each(mutations)("$breaks: a mutant that $name", ({ name }) => {
    expect(results.get(name)).toEqual({ name, seed: expect.any(Number), noticed: expect.any(String) });
  });

  test("every invariant has a mutant", () => {
    const broken = new Set<string>(mutations.map(({ breaks }) => breaks));
    expect(Object.keys(invariants).filter((name) => !broken.has(name))).toEqual([]);
  });
});
