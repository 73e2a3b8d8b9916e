import { describe, expect, test } from "@jest/globals";
import { createNetwork, DOMAIN, type Network } from "../../../support/phone/network.ts";
import type { Phone } from "../../../support/phone/phone.ts";

// A caller that is gone (RFC 3261 §16.8, §16.10): the phone it called stops ringing within timer B's 32 s, and only the
// row of the call stays, until it expires.

const bobAor = `sip:bob@${DOMAIN}`;

async function aliceAndBob(settings = {}) {
  const network = createNetwork(settings);
  return { network, alice: await network.online("alice", { flow: "alice" }), bob: await network.online("bob") };
}

/** No phone rings, no message waits, no timer is left, and the row of the call has an expiry. */
async function expectNothingLeft(network: Network, bob: Phone): Promise<void> {
  await network.pass(600);
  const rang = bob.inbox.titles().length;
  await network.pass(3600);
  expect(bob.inbox.titles()).toHaveLength(rang);
  expect(network.timers).toEqual([]);
  for (const context of network.state.rows.contexts.values()) {
    expect(context.state).not.toBe("proceeding");
    expect(context.expiresAt).toBeLessThan(network.now());
    expect(context.message).toBeUndefined();
  }
}

describe("INVITE, and its socket closes", () => {
  test("before 100: the phone that rings is cancelled, and the 487 is dropped", async () => {
    const { network, alice, bob } = await aliceAndBob();
    const text = alice.write("INVITE", bobAor).text;
    const sending = alice.send(text);
    await alice.close();
    await sending;
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    await network.pass(32);
    const cancel = await bob.takeRequest("CANCEL");
    await bob.answer(cancel, 200);
    await bob.answer(received, 487);
    await bob.takeRequest("ACK");
    await expectNothingLeft(network, bob);
  });

  test("before 100, and without any response: no CANCEL (§9.1), and the call ends nevertheless", async () => {
    const { network, alice, bob } = await aliceAndBob();
    const sending = alice.send(alice.write("INVITE", bobAor).text);
    await alice.close();
    await sending;
    await bob.takeRequest("INVITE");
    await network.pass(200);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await expectNothingLeft(network, bob);
  });

  test("after 100, before it rings: the first provisional response is answered with CANCEL", async () => {
    const { network, alice, bob } = await aliceAndBob();
    await alice.request("INVITE", bobAor);
    await alice.takeResponse(100, "INVITE");
    await alice.close();
    const received = await bob.takeRequest("INVITE");
    await network.pass(32);
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await bob.answer(received, 180);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(received, 487);
    await bob.takeRequest("ACK");
    await expectNothingLeft(network, bob);
  });

  test("while it rings: CANCEL within 32 s", async () => {
    const { network, alice, bob } = await aliceAndBob();
    await alice.request("INVITE", bobAor);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    await alice.close();
    await network.pass(32);
    await bob.answer(await bob.takeRequest("CANCEL"), 200);
    await bob.answer(received, 487);
    await expectNothingLeft(network, bob);
  });

  test("while it rings, without an event of the gateway: CANCEL once a post fails, or when the ring time ends", async () => {
    const { network, alice, bob } = await aliceAndBob();
    await alice.request("INVITE", bobAor);
    const received = await bob.takeRequest("INVITE");
    network.cut("alice");
    await bob.answer(received, 180); // does not reach the caller
    await network.pass(200);
    expect(bob.inbox.titles()).toContain("CANCEL");
    await bob.answer(received, 487);
    await expectNothingLeft(network, bob);
  });

  test("the phone answers at that moment: its 200 is dropped, and no row is left open", async () => {
    const { network, alice, bob } = await aliceAndBob();
    await alice.request("INVITE", bobAor);
    const received = await bob.takeRequest("INVITE");
    await alice.close();
    await bob.answer(received, 200);
    await expectNothingLeft(network, bob);
  });

  test("a hundred times: a hundred calls and flows with an expiry, no binding, no timer", async () => {
    const { network, bob } = await aliceAndBob();
    for (let index = 0; index < 100; index += 1) {
      const caller = await network.online("alice", { flow: `caller-${index}` });
      await caller.request("INVITE", bobAor);
      await caller.close();
    }
    await network.pass(32);
    await network.pass(600);
    const bindings = network.state.rows.registrations.get(`sip:alice@${DOMAIN}`)?.bindings ?? [];
    expect(bindings.filter(({ flow }) => flow !== "alice")).toEqual([]);
    const flows = [...network.state.rows.flows.values()].filter(({ flow }) => flow.startsWith("caller"));
    expect(flows.filter(({ expiresAt }) => expiresAt > network.now())).toEqual([]);
    expect(network.timers).toEqual([]);
    expect([...network.state.rows.contexts.values()].filter(({ expiresAt }) => expiresAt > network.now())).toEqual([]);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(100);
  });
});
