import { describe, expect, test } from "@jest/globals";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { aCall, establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.8, §17.1.1.2: ringing always ends", () => {
  test("a phone without any response is given up after 32 s with 408", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    await alice.request("INVITE", bobAor);
    await network.pass(32);
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });

  test("a phone that only rings is cancelled when the ring time ends, and the caller gets 408", async () => {
    const { network, alice, bob } = await aCall({ ringSeconds: 185 });
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await network.pass(184);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await network.pass(1);
    await bob.takeRequest("CANCEL");
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
    await bob.answer(invite, 487);
    await bob.takeRequest("ACK");
    expect(network.timers).toEqual([]);
  });

  test("a phone that rings only after it was given up is cancelled", async () => {
    const { network, bob } = await aCall();
    const invite = await bob.takeRequest("INVITE");
    await network.pass(32);
    await bob.answer(invite, 180);
    await bob.takeRequest("CANCEL");
  });

  test("a CANCEL that was lost with its Lambda is sent again by the timer", async () => {
    let isLosing = false;
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (isLosing ? Promise.resolve("delivered") : ports.post(flow, text)),
    }));
    const [alice, desk, mobile] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    await alice.request("INVITE", bobAor);
    const ringing = await mobile.takeRequest("INVITE");
    await mobile.answer(ringing, 180);
    const answered = await desk.takeRequest("INVITE");
    isLosing = true;
    await desk.answer(answered, 200);
    isLosing = false;
    await network.pass(32);
    await mobile.takeRequest("CANCEL");
  });

  test("a refusal that was lost with its Lambda is sent again by the timer, unchanged", async () => {
    const { network, alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: ["X-Where: there"] });
    const first = serialize(await alice.takeFinal("INVITE"));
    await network.pass(32);
    expect(serialize(await alice.takeFinal("INVITE"))).toBe(first);
  });

  test("an answered call causes one empty read later, and nothing else", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await establish(alice, bob);
    const titles = [alice.inbox.titles(), bob.inbox.titles()];
    await network.pass(600);
    expect([alice.inbox.titles(), bob.inbox.titles(), network.timers]).toEqual([...titles, []]);
  });
});
