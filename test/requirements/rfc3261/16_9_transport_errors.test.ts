import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

describe("RFC 3261 §16.9: a target that cannot be reached", () => {
  test("a call whose only target has a closed connection is 480, and the dead binding is removed", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
    expect(network.state.rows.registrations.get(bobAor)?.bindings).toEqual([]);
    expect((await alice.ask("OPTIONS", bobAor)).status).toBe(480);
  });

  test("of two phones the connected one keeps ringing", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    const mobile = await network.online("bob");
    network.cut("gone");
    await alice.request("INVITE", bobAor);
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE", "200 INVITE"]);
  });

  test("an OPTIONS whose only target has a closed connection is answered 480 too", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "gone" });
    network.cut("gone");
    expect((await alice.ask("OPTIONS", bobAor)).status).toBe(480);
  });

  test("a message that the platform cannot carry is 513 to its sender", async () => {
    const network = createNetwork({}, (ports) => ({
      post: (flow, text) => (text.includes("huge") ? Promise.resolve("too large") : ports.post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob");
    expect((await alice.ask("INVITE", bobAor, { body: "huge" })).status).toBe(513);
    expect((await alice.ask("MESSAGE", bobAor, { body: "huge" })).status).toBe(513);
  });
});

describe.each(["failed", "busy"] as const)("RFC 3261 §16.9: a refusal whose post is %s", (failure) => {
  /** As many posts of a refusal fail as `failures` says. */
  async function aCall(failures: number) {
    const attempts: string[] = [];
    const network = createNetwork({}, ({ post }) => ({
      post(flow, text) {
        const isRefusal = /^SIP\/2.0 4\d\d/.test(text) && text.includes(" INVITE\r\n");
        if (isRefusal) attempts.push(text.slice(8, 11));
        return isRefusal && attempts.length <= failures ? Promise.resolve(failure) : post(flow, text);
      },
    }));
    const alice = await network.online("alice", { flow: "alice" });
    const bob = await network.online("bob");
    const sent = await alice.request("INVITE", bobAor);
    return { network, alice, bob, sent, invite: await bob.takeRequest("INVITE"), attempts };
  }

  test("is sent again by a timer", async () => {
    const { network, alice, bob, invite } = await aCall(1);
    await bob.answer(invite, 486);
    await network.pass(8);
    await alice.takeResponse(486, "INVITE");
  });

  test("is sent again although the caller has not registered", async () => {
    const { network, alice, bob, invite } = await aCall(1);
    await alice.register(0);
    await bob.answer(invite, 486);
    await network.pass(8);
    await alice.takeResponse(486, "INVITE");
  });

  test("is sent again where the last timer of the call decided it", async () => {
    const { network, alice, bob, sent, invite } = await aCall(2);
    await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    await network.pass(32);
    expect(alice.inbox.titles()).not.toContain("487 INVITE");
    await network.pass(15);
    await alice.takeResponse(487, "INVITE");
  });

  test("is sent a bounded number of times", async () => {
    const { network, bob, invite, attempts } = await aCall(Infinity);
    await bob.answer(invite, 486);
    await network.pass(3600);
    expect(attempts.length).toBeGreaterThan(2);
    expect(attempts.length).toBeLessThan(16);
    expect(network.timers).toEqual([]);
  });
});

test("RFC 3261 §13.3.1.4: a 2xx whose post failed takes no timer: its callee repeats it", async () => {
  const network = createNetwork({}, ({ post }) => ({
    post: (flow, text) => (text.startsWith("SIP/2.0 200") ? Promise.resolve("failed") : post(flow, text)),
  }));
  const alice = await network.online("alice");
  const bob = await network.online("bob");
  await alice.request("INVITE", bobAor);
  await bob.answer(await bob.takeRequest("INVITE"), 200);
  expect(network.timers).toHaveLength(1); // of the ringing
});
