import { afterAll, expect, test } from "@jest/globals";
import { closeClouds } from "../../parts/local/cloud.ts";
import { aService } from "./service.ts";

// Calls that are ended by the service, on the deployed bundles. `budget.test.ts` has their cost.

afterAll(closeClouds);

test("the call of a phone whose connection has closed ends for the other phone", async () => {
  const service = await aService();
  const bob = await service.online("bob");
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
