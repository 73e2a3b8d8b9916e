import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import { aService, type Service } from "./service.ts";

// Services that refuse for want of capacity, on the deployed bundles. How long a call to them is repeated:
// `test/parts/aws/lean-clients.test.ts`.

let service: Service;
let alice: SocketPhone;
let bob: SocketPhone;
beforeAll(async () => {
  service = await aService();
  [alice, bob] = [await service.online("alice"), await service.online("bob")];
});
afterAll(closeClouds);
beforeEach(async () => {
  for (const target of ["Flows", "Transactions", "connections"]) service.cloud.throttling.set(target, 0);
  await service.cloud.settled();
  service.cloud.meter.reset();
});

test("a throttled table is answered with 503 and Retry-After", async () => {
  service.cloud.throttling.set("Flows", 1);
  const answer = await alice.register();
  expect(answer.status).toBe(503);
  expect(Number(header(answer, "retry-after"))).toBeGreaterThan(0);
});

test("a throttled post is repeated, and then the phone counts as busy: the caller gets a final answer", async () => {
  service.cloud.throttling.set("connections", 1);
  await alice.request("INVITE", bob.aor, { body: "v=0\r\n", lines: ["Content-Type: application/sdp"] });
  const answer = await alice.takeFinal("INVITE");
  expect(answer.status).toBeGreaterThanOrEqual(400);
});
