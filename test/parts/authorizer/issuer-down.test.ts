import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { aGuardedService, type GuardedService, TOKEN } from "./service.ts";

// The deployed bundles while the issuer is unavailable: open connections continue, tokens are refused, tickets are accepted.

let service: GuardedService;
beforeAll(async () => {
  service = await aGuardedService();
});
afterAll(() => service.close());

test("an issuer that is down prevents new connections and leaves open ones alone", async () => {
  const { issuer } = service;
  const token = await issuer.token("mallory");
  const alice = await service.phoneWithTicket("alice", await service.ticket("alice")); // asks no issuer
  await alice.online();
  issuer.close();
  while (await fetch(issuer.url).then(Boolean, () => false)) await service.cloud.settled();

  for (const how of [{ query: { token } }, { offers: ["sip", `token.${token}`] }]) {
    expect(await service.knock(how)).toEqual({ status: 403, chosen: "" });
  }
  await service.cloud.settled();
  const errors = service.cloud.logs.filter(({ level, source }) => level === "ERROR" && source === "authorize");
  expect(errors.map(({ text }) => JSON.parse(text).message)).toEqual([
    "no token can be verified",
    "no token can be verified",
  ]);
  expect(service.log()).toContain(`${issuer.url}/.well-known/openid-configuration cannot be reached`);
  expect(service.log()).not.toMatch(TOKEN);

  const bob = await service.phoneWithTicket("bob", await service.ticket("bob"));
  await bob.online();
  const { caller } = await establish(alice, bob);
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expect((await alice.takeFinal("BYE")).status).toBe(200);
});
