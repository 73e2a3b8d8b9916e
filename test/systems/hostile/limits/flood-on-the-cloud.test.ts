import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { defaultRatePolicy } from "../../../../lib/sip/policy/rates.ts";
import { header } from "../../../../lib/sip/syntax/message.ts";
import { aService, DOMAIN, type Service } from "../../e2e/service.ts";
import { closeClouds } from "../../../parts/local/cloud.ts";
import { establish } from "../../../support/phone/call.ts";
import type { SocketPhone } from "../../../support/phone/socket.ts";
import { assemblyWith } from "./assembly.ts";

// Floods against the deployed bundles, with small limits that hardly refill, so that counts do not depend on the speed
// of this machine. One environment for each function, because each has its own memory.

const few = (burst: number) => ({ perSecond: 0.001, burst });
const rates = { ...defaultRatePolicy, flowRequests: few(15), refusals: few(80) };

let service: Service;
beforeAll(async () => {
  service = await aService({ assembly: assemblyWith({ rates }), environments: { max: 1 } });
});
afterAll(closeClouds);

async function flood(phone: SocketPhone, messages: number): Promise<void> {
  for (let n = 0; n < messages; n += 1) await phone.request("MESSAGE", `sip:carol@${DOMAIN}`);
  await service.cloud.settled(20_000);
}

/** Calls to AWS since the last reset, gateway aside: `["lambda Invoke", …]`. */
function billed(): string[] {
  return service.cloud.meter.calls
    .filter((call) => call.service !== "apigateway")
    .map((call) => `${call.service} ${call.action}`);
}

test("a rejected request is answered 503 with Retry-After, and costs its Lambda and nothing else", async () => {
  const alice = await service.online("alice");
  await flood(alice, 20);
  service.cloud.meter.reset();
  await flood(alice, 30);
  expect(billed()).toEqual(Array<string>(30).fill("lambda Invoke"));
  const answer = await alice.takeResponse(503, "MESSAGE");
  expect(header(answer, "retry-after")).toMatch(/^([5-9]|10)$/);
  await alice.close();
});

test("while one connection floods, others register and call, and calls with the flooding one come to their end", async () => {
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  const carol = await service.online("carol");
  const [held, ended] = [await establish(alice, bob), await establish(alice, bob)];
  const flooding = flood(alice, 60);
  expect((await carol.register()).status).toBe(200);
  const { caller } = await establish(carol, bob);
  await carol.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expect((await carol.takeFinal("BYE")).status).toBe(200);
  await flooding;
  expect(alice.inbox.titles()).toContain("503 MESSAGE");

  await alice.inDialog("BYE", held.caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expect((await alice.takeFinal("BYE")).status).toBe(200);
  await bob.inDialog("BYE", ended.callee);
  await alice.answer(await alice.takeRequest("BYE"), 200);
  expect((await bob.takeFinal("BYE")).status).toBe(200);
  for (const phone of [alice, bob, carol]) await phone.close();
});

test("a connection that continues is closed, by one call", async () => {
  const mallory = await service.connect("mallory");
  const closed = once(mallory.socket, "close");
  service.cloud.meter.reset();
  await flood(mallory, 120);
  expect((await closed)[0]).toBe(1000);
  expect(billed().filter((call) => call === "execute-api DELETE")).toHaveLength(1);
  expect(service.cloud.logs.some((entry) => JSON.stringify(entry).includes("closed-over-rate"))).toBe(true);
});

test("a flood is not logged line by line", async () => {
  const mallory = await service.connect("mallory");
  await flood(mallory, 20);
  const before = service.cloud.logs.length;
  await flood(mallory, 40);
  expect(JSON.stringify(service.cloud.logs.slice(before))).not.toContain("MESSAGE");
  await mallory.close();
});
