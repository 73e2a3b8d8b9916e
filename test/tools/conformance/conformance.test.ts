import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import type { Check } from "./check.ts";
import { aJudgedCloud, aJudgedServer, storyOf } from "./judged-server.ts";
import { type Result, runChecks } from "./run.ts";
import { suite } from "./suite.ts";

/** Checks of one part of one RFC: `RFC 3261 §16`, `RFC 5626`. */
function partOf({ section }: Check): string {
  const [, rfc = "", chapter = ""] = /^RFC (\d+) §?(\d+)?/.exec(section) ?? [];
  return rfc === "3261" ? `RFC 3261 §${chapter}` : `RFC ${rfc}`;
}

function partsOf(checks: readonly Check[]): readonly string[] {
  return [...new Set(checks.map(partOf))].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Without the messages of RFC 4475 and RFC 5118: `test/systems/e2e/torture.test.ts` plays them on the local cloud. */
const withoutTorture = suite.filter(({ id }) => !id.startsWith("torture-"));

/** Checks that a run in a minute leaves out, or that have nothing to look at here. */
const leftOut = [
  "digest-sha-512-256", // not offered by default
  "digest-stale",
  "forward-length", // no Content-Length is added
  "register-expired",
  "response-silence",
  "response-silence-message",
  "response-timer-c",
];

/** Of those without torture; the README lists all that API Gateway cannot pass. */
const ofTheGateway = { "websocket-binary": "API Gateway closes a connection on a binary frame" };
const ofThePort = { "websocket-rport": "the signaling is not told the source port" };

const servers = [
  {
    name: "the server in one process",
    checks: suite,
    leftOut,
    waived: ofThePort,
    run: async (waived: Readonly<Record<string, string>>) => {
      const { server, ...judged } = await aJudgedServer(36);
      const found = await runChecks({ ...judged, waived, checks: suite, parallel: 16 });
      await server.close();
      expect(server.errors).toEqual([]);
      return found;
    },
  },
  {
    name: "the local cloud, with messages held back up to 300 ms and overtaking each other,",
    checks: withoutTorture,
    leftOut: [...leftOut, "push-unknown-service"], // this deployment sends no push
    waived: { ...ofTheGateway, ...ofThePort },
    run: async (waived: Readonly<Record<string, string>>) => {
      const cloud = await aJudgedCloud(48, { jitterMs: 300, environments: { max: 4 } });
      return runChecks({ ...cloud, waived, checks: withoutTorture, parallel: 24 });
    },
  },
];

afterAll(closeClouds);

describe.each(servers)("$name conforms", ({ checks, run, leftOut: expected, waived: accepted }) => {
  let results: readonly Result[] = [];
  beforeAll(async () => {
    results = await run(accepted);
  }, 240_000);

  test.each(partsOf(checks))("%s", (part) => {
    const failed = results.filter(({ check, outcome, waived }) => {
      return partOf(check) === part && outcome.kind !== "passed" && outcome.kind !== "skipped" && waived === undefined;
    });
    expect(storyOf(failed)).toBe("");
  });

  test("nothing is skipped except the checks that cannot be made here", () => {
    const skipped = results.filter(({ outcome }) => outcome.kind === "skipped").map(({ check }) => check.id);
    expect(skipped.toSorted()).toEqual(expected.toSorted());
  });

  test("a waived check is still reported as missing", () => {
    const surprising = results.filter(({ outcome, waived }) => waived !== undefined && outcome.kind !== "failed");
    expect(surprising.map(({ check }) => check.id)).toEqual([]);
  });
});
