import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §9, §16.10 CANCEL", () => {
  test("a ringing call is cancelled: 200 to the CANCEL, CANCEL to the phone, 487 to the INVITE", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(invite, 487);
    await bob.takeRequest("ACK");
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("§16.7 step 6: a cancelled call ends with 487, even if one of the phones was busy", async () => {
    const network = createNetwork();
    const [alice, bob, other] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    const invite = await other.takeRequest("INVITE");
    await other.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    await other.answer(invite, 487);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("§9.1: before any provisional response the CANCEL waits for one", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await alice.request("CANCEL", bobAor, sent);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await bob.answer(invite, 100);
    await bob.takeRequest("CANCEL");
  });

  test("a phone that does not answer the CANCEL does not delay the final response to the caller", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await alice.request("CANCEL", bobAor, sent);
    await network.pass(32);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });

  test("a call that was answered first stays answered", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    await alice.request("CANCEL", bobAor, sent);
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });

  test("a CANCEL that matches no transaction is 481, and so is one for another user's call", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    expect((await alice.ask("CANCEL", bobAor)).status).toBe(481);
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await carol.send(alice.write("CANCEL", bobAor, sent).text);
    expect((await carol.takeFinal("CANCEL")).status).toBe(481);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
  });
});
