import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.3 request validation", () => {
  test("step 1: a Request-URI with a header part is 400, and the headers are never used", async () => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", `${bobAor}?Route=%3Csip:x%3E`)).status).toBe(400);
  });

  test.each([["tel:+123"], ["isbn:2983792873"], ["mailto:bob@example.com"]])("step 2: %s is 416", async (uri) => {
    const alice = await createNetwork().online("alice");
    expect((await alice.ask("INVITE", uri, { to: bobAor })).status).toBe(416);
  });

  test("step 3: Max-Forwards 0 is 483 and is not forwarded", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    expect((await alice.ask("INVITE", bobAor, { maxForwards: 0 })).status).toBe(483);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("step 5: Proxy-Require with an unknown tag is 420 with Unsupported", async () => {
    const alice = await createNetwork().online("alice");
    const refused = await alice.ask("INVITE", bobAor, { lines: ["Proxy-Require: nothing-i-know"] });
    expect([refused.status, header(refused, "unsupported")]).toEqual([420, "nothing-i-know"]);
  });

  test("step 6: a request on a flow without a login is challenged with 407, and accepted with credentials", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const alice = network.phone("alice");
    const callId = "no-register";
    const sent = await alice.request("INVITE", bobAor, { callId });
    const challenged = await alice.takeFinal("INVITE");
    expect(challenged.status).toBe(407);
    await alice.request("INVITE", bobAor, { callId, lines: [alice.credentials(challenged, sent)] });
    await bob.takeRequest("INVITE");
    expect(alice.inbox.titles()).toEqual(["407 INVITE", "100 INVITE"]);
  });

  test("step 6: a From with another user's address is refused", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { from: `sip:carol@${DOMAIN}` })).status).toBe(403);
  });
});
