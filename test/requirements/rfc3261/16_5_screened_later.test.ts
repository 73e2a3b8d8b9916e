// RFC 3261 §16.5: a call is screened wherever it is led later, by the address in From and by that of the gateway it came through.
import { expect, test } from "@jest/globals";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";

const BOB = `sip:bob@${DOMAIN}`;
const CAROL = `sip:carol@${DOMAIN}`;
const DAVE = `sip:dave@${DOMAIN}`;
const NUMBER = "sip:+4930123456@pstn.example.net";

/** A gateway, with which Carol's account is registered, calls Bob for the number. */
async function aGateway(bob: Partial<Subscriber>, settings = {}) {
  const network = createNetwork({ peers: { "pstn.example.net": CAROL }, ...settings });
  network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), ...bob });
  network.state.addSubscriber({ aor: DAVE, ha1: secretsOf("dave"), blocked: ["sip:*@pstn.example.net"] });
  const gateway = await network.online("carol");
  const [phone, dave] = [await network.online("bob"), await network.online("dave")];
  await gateway.request("INVITE", BOB, { from: NUMBER });
  return { network, gateway, phone, dave, invite: await phone.takeRequest("INVITE") };
}

test("a call that is forwarded on busy does not ring a user that has blocked the number", async () => {
  const { gateway, phone, dave, invite } = await aGateway({ forwarding: { busy: DAVE } });
  await phone.answer(invite, 486);
  expect((await gateway.takeFinal("INVITE")).status).toBe(486);
  expect(dave.inbox.titles()).not.toContain("INVITE");
});

test("a 302 that is followed does not ring a user that has blocked the number", async () => {
  const { gateway, phone, dave, invite } = await aGateway({}, { followsRedirects: true });
  await phone.answer(invite, 302, { lines: [`Contact: <${DAVE}>`] });
  expect((await gateway.takeFinal("INVITE")).status).toBe(302);
  expect(dave.inbox.titles()).not.toContain("INVITE");
});

test("a device that returns does not join a call of a number that its user has blocked by then", async () => {
  const { network, phone, invite } = await aGateway({});
  await phone.answer(invite, 180);
  network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), blocked: [NUMBER] });
  const second = await network.online("bob");
  await network.pass(40);
  expect(second.inbox.titles()).not.toContain("INVITE");
});
