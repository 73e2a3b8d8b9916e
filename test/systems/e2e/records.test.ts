import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openTables } from "../../../lib/aws/client/dynamodb.ts";
import { createCalls, toStoredCall } from "../../../lib/aws/records/calls.ts";
import { WORK } from "../../../lib/operations/work.ts";
import { type CallSummary, summaryOf } from "../../../lib/operations/records/stored-call.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { callAndHangUp } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { anOperatedService, type OperatedService } from "../../parts/cli/command.ts";

// Call records and metrics of the deployed bundles, which get the log as CloudWatch Logs delivers it.

let service: OperatedService;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  const app = new URL("records-app.ts", import.meta.url).href;
  service = await anOperatedService({ assembly: await assemblyOf(app) });
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(async () => {
  service.stop();
  await closeClouds();
});

async function recordOf(callId: string): Promise<CallSummary | undefined> {
  const { cloud } = service;
  await cloud.settled();
  const table = cloud.outputs["CallsTable"] ?? "";
  const db = openTables({ region: cloud.region, credentials: cloud.credentials, endpoint: cloud.endpoints.dynamodb });
  const rows = await db.readBatch([{ table, key: "callId", ids: [callId], isConsistent: true }]);
  const [row] = rows.get(table) ?? [];
  return row && summaryOf(toStoredCall(row, table));
}

/** Sums of the metrics that were written, and the values of durations, without the lines of a single domain. */
async function metrics(): Promise<Record<string, number | number[]>> {
  await service.cloud.settled();
  const sums: Record<string, number | number[]> = {};
  for (const { source, text } of service.cloud.logs) {
    if (source !== "record" || !text.startsWith('{"_aws"')) continue;
    const line: Record<string, unknown> = JSON.parse(text);
    if ("domain" in line) continue;
    for (const [name, value] of Object.entries(line)) {
      if (name.endsWith("Time") || name.endsWith("Delay")) sums[name] = [sums[name] ?? [], value].flat().map(Number);
      else if (typeof value === "number") sums[name] = Number(sums[name] ?? 0) + value;
    }
  }
  return sums;
}

describe("the table has a record of", () => {
  test("a call that was answered and ended", async () => {
    const record = await recordOf(await callAndHangUp(alice, bob));
    expect(record).toMatchObject({ from: alice.aor, to: bob.aor, state: "ended", endedBy: alice.aor, devices: 1 });
    const { startedAt = 0, answeredAt = 0, endedAt = 0 } = record ?? {};
    expect([startedAt, answeredAt, endedAt]).toEqual([startedAt, answeredAt, endedAt].toSorted((a, b) => a - b));
    expect(startedAt).toBeGreaterThan(0);
  });

  test("a call that was refused, with status and reason", async () => {
    const invite = await alice.request("INVITE", "sip:carol@example.com");
    await alice.takeFinal("INVITE");
    expect(await recordOf(invite.callId)).toMatchObject({ state: "failed", status: 480, reason: "not-registered" });
  });
});

test("of two lines with the same fact the first one counts, however often each comes", async () => {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const table = outputs["CallsTable"] ?? "";
  const db = openTables({ region, credentials, endpoint: endpoints.dynamodb });
  const calls = createCalls(db, table, 90);
  const rang = (rangAt: number) => ({ kind: "rang", attributes: { rangAt } }) as const;
  const first = await calls.tell("twice", "line-1", rang(86_400_000));
  expect(first).toEqual({ callId: "twice", rangAt: 86_400_000 });
  expect(await calls.tell("twice", "line-2", rang(86_400_500))).toBeUndefined();
  expect(await calls.tell("twice", "line-1", rang(86_400_000))).toEqual(first);
  const [row] = (await db.readBatch([{ table, key: "callId", ids: ["twice"], isConsistent: true }])).get(table) ?? [];
  expect(row).toMatchObject({ rangAt: 86_400_000, expiresAt: 91 * 86_400 });
});

describe("sip-serverless records", () => {
  const list = async (...options: string[]) => {
    const calls: CallSummary[] = Object(await service.json(["records", ...options]));
    return calls.map(({ from, to, state }) => [from, to, state]);
  };
  const answered = ["sip:alice@example.com", "sip:bob@example.com", "ended"];
  const refused = ["sip:alice@example.com", "sip:carol@example.com", "failed"];

  test("lists the calls of a user, called or calling, and those of a day", async () => {
    await service.cloud.settled();
    expect(await list()).toEqual([answered, refused]);
    expect(await list("--user", "alice")).toEqual([answered, refused]);
    expect(await list("--user", "bob")).toEqual([answered]);
    expect(await list("--user", "carol", "--since", "30d")).toEqual([refused]);
    expect(await list("--failed")).toEqual([refused]);
    expect(await list("--day", "2020-02-29")).toEqual([]);
    const { out } = await service.sip(["records", "--since", "3d", "--user", "carol"]);
    expect(out).toMatch(/^STARTED .*\n\d{4}-.* failed 480 +- +not-registered/);
  });

  test("refuses a day that is not one", async () => {
    for (const day of ["yesterday", "2026-13-01"]) {
      expect(await service.sip(["records", "--day", day])).toMatchObject({ code: 2 });
    }
  });
});

test("metrics are those of the calls and phones", async () => {
  const { PostDialDelay, SetupTime, ...counts } = await metrics();
  expect(counts).toMatchObject({
    CallsAttempted: 2,
    CallsAnswered: 1,
    CallsEnded: 1,
    CallsFailed4xx: 1,
    RegistrationsAdded: 2,
  });
  expect(SetupTime).toHaveLength(1);
  expect(PostDialDelay).toHaveLength(1);
});

test("metrics of a domain are lines of their own, with a dimension more", async () => {
  const lines = service.cloud.logs.filter(({ text }) => text.startsWith('{"_aws"')).map(({ text }) => JSON.parse(text));
  const dimensionsOf = (some: typeof lines) => [
    ...new Set(some.map(({ _aws }) => JSON.stringify(_aws.CloudWatchMetrics[0].Dimensions))),
  ];
  expect(dimensionsOf(lines.filter(({ domain }) => domain === "example.com"))).toEqual(['[["service","domain"]]']);
  expect(dimensionsOf(lines.filter((line) => !("domain" in line)))).toEqual(['[["service"]]']);
});

test("the stated cost of the record of a call, and of its metrics, is the most that it can be", async () => {
  const { cloud } = service;
  const timersDue = async () => {
    await cloud.settled();
    cloud.queues.advance(40);
    await cloud.settled();
  };
  await timersDue();
  cloud.meter.reset();
  const from = cloud.logs.length;
  await callAndHangUp(alice, bob);
  await timersDue();
  const { invocations = 0, writeUnits = 0 } = WORK.record;
  const byRecorder = cloud.meter.calls.filter(({ caller }) => caller === "record");
  expect(byRecorder.map(({ action }) => action)).toEqual(Array(4).fill("UpdateItem"));
  expect(byRecorder.reduce((sum, { requestUnits = 0 }) => sum + requestUnits, 0)).toBe(writeUnits - 3); // the indexes
  expect(cloud.meter.calls.filter(({ caller }) => caller === "logs").length).toBeLessThanOrEqual(invocations);
  const octets = cloud.logs
    .slice(from)
    .filter(({ source, text }) => source === "record" && !text.includes('"domain"'))
    .reduce((sum, entry) => sum + (entry.octets ?? 0), 0);
  expect(octets).toBeGreaterThan(0);
  expect(octets).toBeLessThanOrEqual(WORK.metricsOfCall.logOctets ?? 0);
});
