import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { callAndHangUp, establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

function subscribe({ state }: Network, user: string, policy: RoutingPolicy): void {
  state.addSubscriber({ aor: aorOf(user), ha1: secretsOf(user), ...policy });
}

/** Bob is busy when in a call. Alice, Bob and Carol are online. */
async function threePhones(policy: RoutingPolicy = {}, settings: Partial<Settings> = {}) {
  let reads = 0;
  const network = createNetwork(settings, (ports) => ({ read: (keys) => ((reads += 1), ports.read(keys)) }));
  subscribe(network, "bob", { busyInCall: true, ...policy });
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob", { flow: "bob" }),
    await network.online("carol"),
  ];
  const readsOf = async (work: () => Promise<unknown>) => {
    const before = reads;
    await work();
    return reads - before;
  };
  return { network, alice, bob, carol, readsOf };
}

/** The final response of a call that no phone of `callee` hears of. */
async function refused(caller: Phone, callee: Phone): Promise<number> {
  const before = rings(callee);
  const { status } = await caller.ask("INVITE", callee.aor);
  expect(rings(callee)).toBe(before);
  return status;
}

/** How often the phone has been called. */
function rings({ inbox }: Phone): number {
  return inbox.titles().filter((title) => title === "INVITE").length;
}

describe("RFC 3261 §21.4.18: a user with busyInCall", () => {
  test("that is called in a call answers 486, and no phone rings", async () => {
    const { network, alice, bob, carol } = await threePhones();
    await establish(alice, bob);
    const second = await network.online("bob");
    expect(await refused(carol, bob)).toBe(486);
    expect(rings(second)).toBe(0);
    expect(network.notes.at(-1)?.fields).toMatchObject({ reason: "in-call" });
  });

  test("is in a call as well after a call of its own", async () => {
    const { alice, bob, carol } = await threePhones();
    await establish(bob, alice);
    expect(await refused(carol, bob)).toBe(486);
  });

  test("rings before the answer of another call, and again after the end of one", async () => {
    const { alice, bob, carol } = await threePhones();
    await alice.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
    await carol.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await carol.takeResponse(486, "INVITE");
    await callAndHangUp(carol, bob);
    await carol.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
  });

  test("rings where a call that has ended is still among those of the connection", async () => {
    const { network, alice, bob, carol } = await threePhones();
    await callAndHangUp(alice, bob);
    const [ended = ""] = network.state.rows.contexts.keys();
    await network.state.commit([{ kind: "flow call", flow: "bob", call: ended }]);
    await carol.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
  });

  test("with more calls than one read may ask for counts as in a call, without that read", async () => {
    const { network, bob, carol, readsOf } = await threePhones();
    for (let call = 0; call <= 50; call += 1) {
      await network.state.commit([{ kind: "flow call", flow: "bob", call: `call-${call}` }]);
    }
    const reads = await readsOf(async () => expect(await refused(carol, bob)).toBe(486));
    await network.state.commit([{ kind: "flow call over", flow: "bob", call: "call-50", at: network.now() }]);
    await carol.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
    expect(reads).toBe(3); // sender and addressee; the connection; the response context of a repetition
  });

  test("is forwarded on busy, with a Diversion that says so (RFC 5806)", async () => {
    const { alice, bob, carol, network } = await threePhones({ forwarding: { busy: aorOf("carol") } });
    await establish(alice, bob);
    const dave = await network.online("alice");
    await dave.request("INVITE", bob.aor);
    const invite = await carol.takeRequest("INVITE");
    expect(header(invite, "diversion")).toBe(`<${bob.aor}>;reason=user-busy;counter=1`);
  });

  test("gets 486 for the caller where the forwarding on busy leads to no phone", async () => {
    const { alice, bob, carol } = await threePhones({ forwarding: { busy: aorOf("nobody") } });
    await establish(alice, bob);
    expect(await refused(carol, bob)).toBe(486);
  });

  test("with the routing redirect sends the caller to the forwarding on busy", async () => {
    const { alice, bob, carol, network } = await threePhones();
    await establish(alice, bob);
    subscribe(network, "bob", { busyInCall: true, routing: "redirect", forwarding: { busy: aorOf("alice") } });
    expect(await refused(carol, bob)).toBe(302);
  });

  test("rings for an INVITE that replaces the call (RFC 3891)", async () => {
    const { alice, bob, carol } = await threePhones();
    const { invite, caller } = await establish(alice, bob);
    const tags = `to-tag=${caller.remoteTag};from-tag=${caller.localTag}`;
    await carol.request("INVITE", bob.aor, { lines: [`Replaces: ${invite.callId};${tags}`] });
    await bob.takeRequest("INVITE");
  });

  test("gets texts in a call", async () => {
    const { alice, bob, carol } = await threePhones();
    await establish(alice, bob);
    await carol.request("MESSAGE", bob.aor);
    await bob.takeRequest("MESSAGE");
  });

  test("with a connection that is lost in a call stays busy until the call ends", async () => {
    const { network, alice, bob, carol } = await threePhones();
    await establish(alice, bob);
    const other = await network.online("bob");
    await bob.close();
    expect(await refused(carol, other)).toBe(486);
    await network.pass(90);
    await alice.answer(await alice.takeRequest("BYE"), 200);
    await carol.request("INVITE", bob.aor);
    await other.takeRequest("INVITE");
  });

  test("leaves the calls of a group to its other members, and 486 is the answer of a group of such users only", async () => {
    const { network, alice, bob, carol } = await threePhones();
    subscribe(network, "team", { group: [aorOf("bob"), aorOf("carol")] });
    subscribe(network, "desk", { group: [aorOf("bob"), aorOf("nobody")] });
    await establish(alice, bob);
    const other = await network.online("alice");
    await other.request("INVITE", aorOf("team"));
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    await other.takeResponse(486, "INVITE");
    expect((await carol.ask("INVITE", aorOf("desk"))).status).toBe(486);
    subscribe(network, "desk", { group: [aorOf("bob")], forwarding: { busy: aorOf("carol") } });
    await other.request("INVITE", aorOf("desk"));
    await carol.takeRequest("INVITE");
    expect(rings(bob)).toBe(1);
  });

  test("does not refuse the repeated INVITE of the very call it is in", async () => {
    const { alice, bob } = await threePhones();
    const { invite } = await establish(alice, bob);
    await alice.request("INVITE", bob.aor, invite);
    expect(alice.inbox.titles()).not.toContain("486 INVITE");
  });

  test("rings as before without the policy, and where calls are stateless", async () => {
    for (const [policy, settings] of [
      [{ busyInCall: false }, {}],
      [{}, { calls: "stateless" }],
    ] as const) {
      const { alice, bob, carol } = await threePhones(policy, settings);
      await establish(alice, bob);
      await carol.request("INVITE", bob.aor);
      await bob.takeRequest("INVITE");
    }
  });

  test("costs each call to it a read, and two while it has a call; others cost what they did", async () => {
    const { alice, bob, carol, readsOf } = await threePhones();
    const free = await readsOf(() => carol.request("INVITE", alice.aor));
    expect(await readsOf(() => carol.request("INVITE", bob.aor))).toBe(free + 1);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await establish(alice, bob);
    // An INVITE that is refused looks for a response context of its own too (RFC 3261 §17.2.1).
    expect(await readsOf(() => refused(carol, bob))).toBe(free + 3);
  });
});
