import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { WORK } from "../../../lib/operations/work.ts";
import { closeClouds } from "../../parts/local/cloud.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aService, type Service } from "./service.ts";

// Tracked calls on the deployed bundles: their cost beside that of stateless calls (`budget.test.ts`), and their end.

let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  service = await aService({ assembly: await assemblyOf(new URL("tracked-app.ts", import.meta.url).href) });
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(closeClouds);
beforeEach(begin);

/** Timers of earlier calls are over. */
async function begin(): Promise<void> {
  await service.cloud.settled();
  service.cloud.queues.advance(40);
  await service.cloud.settled();
  service.cloud.meter.reset();
}

async function bill(): Promise<Record<string, number>> {
  await service.cloud.settled();
  const sums: Record<string, number> = { reads: 0, writes: 0, timers: 0 };
  for (const { service: api, action, requestUnits = 0 } of service.cloud.meter.calls) {
    if (api === "sqs" && action === "SendMessage") sums["timers"] = (sums["timers"] ?? 0) + 1;
    if (api !== "dynamodb") continue;
    const kind = action.includes("Get") ? "reads" : "writes";
    sums[kind] = (sums[kind] ?? 0) + requestUnits;
    sums[action] = (sums[action] ?? 0) + 1;
  }
  return sums;
}

test("a whole call costs five writes more than a stateless one, and no read", async () => {
  const { caller } = await establish(alice, bob);
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  await alice.takeFinal("BYE");
  await service.cloud.settled();
  service.cloud.queues.advance(40);
  const { call, tracked } = WORK;
  expect(await bill()).toEqual({
    BatchGetItem: 4, // INVITE, 180, 200, timer
    PutItem: 3, // INVITE, 180, 200
    UpdateItem: 5, // 200: both flows; BYE: the row and both flows
    reads: call.readUnits,
    writes: (call.writeUnits ?? 0) + (tracked.writeUnits ?? 0),
    timers: 1,
  });
});

test("requests within the call other than BYE cost no state", async () => {
  const { caller } = await establish(alice, bob);
  await service.cloud.settled();
  service.cloud.meter.reset();
  await alice.inDialog("INFO", caller);
  await bob.answer(await bob.takeRequest("INFO"), 200);
  await alice.takeFinal("INFO");
  expect(await bill()).toEqual({ reads: 0, writes: 0, timers: 0 });
});

test("the call of a phone whose connection has closed ends for the other phone", async () => {
  const carol = await service.connect("carol"); // not registered, so it cannot come back
  const asked = carol.ask("INVITE", bob.aor);
  const invite = await bob.takeRequest("INVITE");
  await bob.answer(invite, 180);
  await bob.answer(invite, 200);
  expect((await asked).status).toBe(200);
  await carol.close();
  await service.cloud.settled();
  service.cloud.queues.advance(90);
  const bye = await bob.takeRequest("BYE");
  await bob.answer(bye, 200);
  await service.cloud.settled();
  expect(service.cloud.logs.some(({ text }) => text.includes('"call-lost"'))).toBe(true);
});
