import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import type { Check } from "./check.ts";
import { aJudgedCloud, storyOf } from "./judged-cloud.ts";
import { type Result, runChecks } from "./run.ts";
import { suite } from "./suite.ts";

/** Checks of one part of one RFC: `RFC 3261 §16`, `RFC 5626`. */
function partOf({ section }: Check): string {
  const [, rfc = "", chapter = ""] = /^RFC (\d+) §?(\d+)?/.exec(section) ?? [];
  return rfc === "3261" ? `RFC 3261 §${chapter}` : `RFC ${rfc}`;
}

const parts = [...new Set(suite.map(partOf))].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));

/** Checks that a run in a minute leaves out, or that have nothing to look at here. */
const leftOut = [
  "digest-sha-512-256", // not offered by default
  "digest-stale",
  "forward-length", // we add no Content-Length
  "register-expired",
  "response-silence",
  "response-silence-message",
  "response-timer-c",
];

const runs = [
  { weather: "in good weather", jitterMs: 0, users: 36, parallel: 16, environments: 4 },
  {
    weather: "with messages held back up to 300 ms, overtaking each other",
    jitterMs: 300,
    users: 70,
    parallel: 40,
    environments: 10,
  },
];

afterAll(closeClouds);

describe.each(runs)("the local cloud conforms $weather", ({ jitterMs, users, parallel, environments }) => {
  let results: readonly Result[] = [];
  beforeAll(async () => {
    const cloud = await aJudgedCloud(users, { jitterMs, environments: { max: environments } });
    results = await runChecks({ ...cloud, checks: suite, parallel });
  }, 120_000);

  test.each(parts)("%s", (part) => {
    const failed = results.filter(({ check, outcome, waived }) => {
      return partOf(check) === part && outcome.kind !== "passed" && outcome.kind !== "skipped" && waived === undefined;
    });
    expect(storyOf(failed)).toBe("");
  });

  test("nothing is skipped but what cannot be seen here", () => {
    const skipped = results.filter(({ outcome }) => outcome.kind === "skipped").map(({ check }) => check.id);
    expect(skipped.toSorted()).toEqual(leftOut);
  });

  test("a waived check is still reported as missing", () => {
    const surprising = results.filter(({ outcome, waived }) => waived !== undefined && outcome.kind !== "failed");
    expect(surprising.map(({ check }) => check.id)).toEqual([]);
  });
});
