import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { faults } from "./faults/faults.ts";
import { type FaultyServer, startFaultyServer } from "./faults/faulty-server.ts";
import { faultTable, notShown } from "./faults/table.ts";
import type { MemoryServer } from "../../support/server.ts";
import { aJudgedServer, storyOf } from "./judged-server.ts";
import { type Result, runChecks, usersOf } from "./run.ts";
import { suite } from "./suite.ts";

// Each check is shown a server that does wrong what it looks for, and has to see it.

const faultOf = new Map(Object.entries(faultTable).flatMap(([fault, checks]) => checks.map((check) => [check, fault])));
const byName = new Map(faults.map((fault) => [fault.name, fault]));

let good: MemoryServer;
let server: FaultyServer;
let results: readonly Result[] = [];

beforeAll(async () => {
  const checks = suite.filter(({ id }) => faultOf.has(id));
  const { target, accounts, features, server: memory } = await aJudgedServer(usersOf(checks));
  good = memory;
  // Warm, so that impatience below is with the fault and not with the start.
  await runChecks({ target, accounts, features, checks: suite.filter(({ id }) => id.startsWith("dialog-reinvite")) });
  server = await startFaultyServer(target.url, faults);
  results = await runChecks({
    target: { ...target, timeoutMs: 1500 },
    accounts,
    accountsOnce: true,
    checks,
    parallel: 24,
    features,
    urlOf: ({ id }) => server.urlOf(byName.get(faultOf.get(id) ?? "") ?? noFault(), id),
  });
});

afterAll(async () => {
  await server.close();
  await good.close();
});

function noFault(): never {
  throw new Error("a check has no fault");
}

describe("the table of faults", () => {
  test("every check is in it once, or among those that cannot be shown in a test", () => {
    const listed = [...Object.values(faultTable).flat(), ...notShown];
    expect(listed.toSorted()).toEqual(suite.map(({ id }) => id).toSorted());
  });

  test("every fault is used, and no two have the same name", () => {
    expect(faults.map(({ name }) => name).toSorted()).toEqual(Object.keys(faultTable).toSorted());
  });
});

test.each(faults.map(({ name, title }) => [name, title]))("%s: a server that %s is found out", (name) => {
  const shown = results.filter(({ check }) => faultOf.get(check.id) === name);
  expect(shown.map(({ check }) => check.id).toSorted()).toEqual([...(faultTable[name] ?? [])].toSorted());
  const blind = shown.filter(({ outcome }) => outcome.kind !== "failed");
  expect(storyOf(blind)).toBe("");
});
