import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Verdict, verdicts } from "../../../support/mutants/verdict.ts";
import { invariants } from "../invariants/invariants.ts";
import { rules } from "../watchers/invariants.ts";
import { watchMutations } from "../watchers/mutations.ts";
import { mutations } from "./mutations.ts";

let results: ReadonlyMap<string, Verdict>;
beforeAll(async () => {
  results = await verdicts(new URL("run.ts", import.meta.url));
}, 300_000);

interface Mutant {
  readonly name: string;
  readonly breaks: string;
}

function eachHasAMutant(names: readonly string[], mutants: readonly Mutant[]): void {
  test.each(mutants)("$breaks: a mutant that $name", ({ name }) => {
    expect(results.get(name)).toEqual({ name, seed: expect.any(Number), noticed: expect.any(String) });
  });

  test("each has a mutant", () => {
    const broken = new Set(mutants.map(({ breaks }) => breaks));
    expect(names.filter((name) => !broken.has(name))).toEqual([]);
  });
}

describe("each invariant is broken by a mutant of the code that keeps it, and not by the code itself", () => {
  eachHasAMutant(Object.keys(invariants), mutations);
});

describe("each rule of the notifier is broken by a mutant of the code that keeps it, and not by the code itself", () => {
  eachHasAMutant(Object.keys(rules), watchMutations);
});

test("each mutant has a name of its own", () => {
  const names = [...mutations, ...watchMutations].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
