import { afterAll, expect, test } from "@jest/globals";
import { aService } from "../../systems/e2e/service.ts";
import { establish } from "../../support/phone/call.ts";
import { closeClouds } from "./cloud.ts";

afterAll(closeClouds);

test("calls go through while invocations and posts overtake each other, and no timer is left over", async () => {
  const service = await aService({ jitterMs: 60 });
  const { cloud } = service;
  const [alice, bob] = [await service.online("alice"), await service.online("bob")];
  for (let n = 0; n < 3; n += 1) {
    const { caller } = await establish(alice, bob);
    await alice.inDialog("BYE", caller);
    await bob.answer(await bob.takeRequest("BYE"), 200);
    expect((await alice.takeFinal("BYE")).status).toBe(200);
  }
  await cloud.settled();
  cloud.queues.advance(40);
  await cloud.settled();
  expect(cloud.queues.counts("Queue")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(cloud.logs.filter(({ level }) => level === "ERROR")).toEqual([]);
});
