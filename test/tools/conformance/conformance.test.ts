import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Call } from "../../../lib/local/meter.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import type { MemoryServer } from "../../support/server.ts";
import type { Check } from "./check.ts";
import { journeyChecks } from "./journeys.ts";
import { aJudgedCloud, aJudgedServer, storyOf } from "./judged-server.ts";
import { type Result, type RunOptions, runChecks, usersOf } from "./run.ts";
import { suite } from "./suite.ts";

/** Checks of one part of one RFC: `RFC 3261 §16`, `RFC 5626`. */
function partOf({ section }: Check): string {
  const [, rfc = "", chapter = ""] = /^RFC (\d+) §?(\d+)?/.exec(section) ?? [];
  return rfc === "3261" ? `RFC 3261 §${chapter}` : `RFC ${rfc}`;
}

function partsOf(checks: readonly Check[]): readonly string[] {
  return [...new Set(checks.map(partOf))].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

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

const ofThePort = { "websocket-rport": "the signaling is not told the source port" };

const onBinary = "API Gateway closes a connection on a binary frame";
const ofTheGateway = { ...ofThePort, "websocket-binary": onBinary, "torture-mpart01": onBinary };

interface Run {
  readonly checks: readonly Check[];
  /** Ids of those that are skipped. */
  readonly skipped: readonly string[];
  /** Id to the reason why it fails. */
  readonly waived: Readonly<Record<string, string>>;
  readonly carryOut: (run: Pick<RunOptions, "checks" | "waived">) => Promise<readonly Result[]>;
}

/** The tests of a run. */
function passes({ checks, skipped, waived, carryOut }: Run): void {
  let results: readonly Result[] = [];
  beforeAll(async () => {
    results = await carryOut({ checks, waived });
  }, 240_000);

  test.each(partsOf(checks))("%s", (part) => {
    const failed = results.filter((result) => {
      return partOf(result.check) === part && !isGood(result) && result.waived === undefined;
    });
    expect(storyOf(failed)).toBe("");
  });

  test("nothing is skipped except the checks that cannot be made here", () => {
    const found = results.filter(({ outcome }) => outcome.kind === "skipped").map(({ check }) => check.id);
    expect(found.toSorted()).toEqual(skipped.toSorted());
  });

  test("a waived check is still reported as missing", () => {
    const surprising = results.filter((result) => result.waived !== undefined && result.outcome.kind !== "failed");
    expect(surprising.map(({ check }) => check.id)).toEqual([]);
  });

  test("messages did overtake each other", () => {
    const sentAtOnce = results.find(({ check }) => check.id === "websocket-many-at-once")?.events ?? [];
    const answers = sentAtOnce.filter(({ direction }) => direction === "received").map(({ text }) => text);
    const order = answers.map((text) => Number(/^CSeq: (\d+) OPTIONS/m.exec(text)?.[1] ?? 0));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });
}

function isGood({ outcome }: Result): boolean {
  return outcome.kind === "passed" || outcome.kind === "skipped";
}

describe("the server in one process, with messages held back up to 300 ms and overtaking each other, conforms", () => {
  let server: MemoryServer;
  passes({
    checks: suite,
    skipped: leftOut,
    waived: ofThePort,
    carryOut: async (run) => {
      const { server: started, ...judged } = await aJudgedServer(usersOf(suite), { jitterMs: 300 });
      server = started;
      return runChecks({ ...judged, ...run, accountsOnce: true, parallel: 32 });
    },
  });
  afterAll(() => server.close());

  test("its signaling had no error", () => expect(server.errors).toEqual([]));
});

describe("the local cloud, with messages held back up to 300 ms and overtaking each other, conforms", () => {
  let calls: readonly Call[] = [];
  passes({
    checks: journeyChecks,
    skipped: [],
    waived: ofTheGateway,
    carryOut: async (run) => {
      const { cloud, ...judged } = await aJudgedCloud(usersOf(journeyChecks), {
        jitterMs: 300,
        environments: { max: 2 },
      });
      const found = await runChecks({ ...judged, ...run, accountsOnce: true, parallel: 24 });
      calls = cloud.meter.calls;
      return found;
    },
  });
  afterAll(closeClouds);

  test("every kind of write to a table and to a connection is among its calls", () => {
    const made = new Set(calls.map(({ action, resource }) => `${action} ${tableIn(resource)}`));
    expect(kindsOfWrite.filter((kind) => !made.has(kind))).toEqual([]);
  });
});

/** Those of the whole suite. */
const kindsOfWrite = [
  "PutItem Flows",
  "UpdateItem Flows",
  "PutItem Registrations",
  "PutItem Transactions",
  "UpdateItem Transactions",
  "PutItem Events",
  "UpdateItem Events",
  "DeleteItem Events",
  "PutItem Messages",
  "DeleteItem Messages",
  "POST connection",
  "DELETE connection",
];

/** The table in its logical id. */
function tableIn(resource: string): string {
  return /^SipTables([A-Z][a-z]+)/.exec(resource)?.[1] ?? "connection";
}
