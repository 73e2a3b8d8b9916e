import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leanDynamoDb } from "../../../lib/aws/client/dynamodb.ts";
import { scanTable } from "../../../lib/aws/client/dynamodb-scan.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { callAndHangUp } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aService, type Service } from "./service.ts";

// Events of the deployed bundles on a bus, and the example of a Lambda that bills calls by them.

let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  const app = new URL("billing-app.ts", import.meta.url).href;
  service = await aService({ assembly: await assemblyOf(app) });
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(closeClouds);

async function eventsOf(callId: string) {
  await service.cloud.settled();
  return service.cloud.events.filter(({ detail }) => detail["callId"] === callId);
}

async function bills(): Promise<ReadonlyMap<unknown, unknown>> {
  const { region, credentials, endpoints, outputs } = service.cloud;
  const client = leanDynamoDb({ region, credentials, endpoint: endpoints.dynamodb });
  const found = new Map<unknown, unknown>();
  for await (const { callId, cents } of scanTable(client, outputs["BillsTable"] ?? "")) found.set(callId, cents);
  return found;
}

describe("a bus gets", () => {
  test("the milestones of a call in their order, and who talked for how long", async () => {
    const events = await eventsOf(await callAndHangUp(alice, bob));
    expect(events.map((event) => event["detail-type"])).toEqual([
      "call.started",
      "call.ringing",
      "call.answered",
      "call.ended",
    ]);
    const [started, , , ended] = events;
    expect(started).toMatchObject({ source: "sip-serverless", detail: { from: alice.aor, to: bob.aor } });
    expect(ended?.detail).toMatchObject({ state: "ended", endedBy: alice.aor, talked: expect.any(Number) });
  });

  test("the phones of a user", () => {
    const changes = service.cloud.events.filter((event) => event["detail-type"] === "registration.changed");
    expect(changes.map(({ detail }) => detail)).toEqual([
      { address: alice.aor, phones: 1, before: 0 },
      { address: bob.aor, phones: 1, before: 0 },
    ]);
  });
});

test("the example bills a call that was answered, and none that was refused", async () => {
  const answered = await callAndHangUp(alice, bob);
  const refused = await alice.request("INVITE", "sip:carol@example.com");
  await alice.takeFinal("INVITE");
  expect((await eventsOf(refused.callId)).map((event) => event["detail-type"])).toEqual(["call.started", "call.ended"]);
  await service.cloud.settled();
  const found = await bills();
  expect(found.get(answered)).toBe(2);
  expect(found.has(refused.callId)).toBe(false);
});
