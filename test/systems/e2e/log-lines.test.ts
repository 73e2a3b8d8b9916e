import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { establish } from "../../support/phone/call.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { octetsOf } from "./log-octets.ts";
import { aService, type Service } from "./service.ts";

// The log of a call as the deployed bundles write it: its size, which is billed, and its account of the calls to AWS.

let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  service = await aService();
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(closeClouds);
let from = 0;
beforeEach(async () => {
  await service.cloud.settled();
  service.cloud.queues.advance(40); // login deadlines, and timers of earlier calls
  await service.cloud.settled();
  service.cloud.meter.reset();
  from = service.cloud.logs.length;
});

async function aCall(): Promise<string> {
  const { caller, invite } = await establish(alice, bob);
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  await alice.takeFinal("BYE");
  await service.cloud.settled();
  service.cloud.queues.advance(40);
  await service.cloud.settled();
  return invite.callId;
}

const written = () =>
  service.cloud.logs.slice(from).filter(({ level, source }) => level !== "REPORT" && source !== "cloud");

test("all lines of a call with one device are 2 KB at most", async () => {
  await aCall();
  const lines = written().map(({ text }) => text);
  expect(lines).toHaveLength(7);
  expect(lines.reduce((sum, line) => sum + octetsOf(line), 0)).toBeLessThanOrEqual(2048);
});

test("every line of a call has its Call-ID, that of the timer too", async () => {
  const callId = await aCall();
  expect(written().map(({ text }) => JSON.parse(text).sip.call_id)).toEqual(Array(7).fill(callId));
});

test("the calls to AWS in the lines of a call are those that were billed", async () => {
  await aCall();
  const told: Record<string, number> = {};
  for (const { text } of written()) {
    const { aws = {} }: { aws?: Record<string, number> } = JSON.parse(text);
    for (const [kind, count] of Object.entries(aws)) told[kind] = (told[kind] ?? 0) + count;
  }
  const billed = (...actions: string[]) =>
    service.cloud.meter.calls.filter(({ action }) => actions.includes(action)).length;
  expect(told).toEqual({
    reads: billed("BatchGetItem"),
    writes: billed("PutItem", "UpdateItem"),
    timers: billed("SendMessage"),
    posts: service.cloud.meter.calls.filter((call) => call.service === "execute-api" && call.action === "POST").length,
  });
});

test("a line tells how long its message took, and whether Lambda had to start an environment for it", () => {
  const lines = service.cloud.logs.filter(({ text }) => text.includes("REGISTER")).map(({ text }) => JSON.parse(text));
  const [first, ...others] = lines.map(({ cold = false }) => cold);
  expect([first, new Set(others)]).toEqual([true, new Set([false])]);
  expect(lines.every(({ ms }) => Number.isInteger(ms))).toBe(true);
});
