// Replaces and the policy of the called user: only a call of the user is replaced; any other Replaces is that of a new call.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";

async function withPolicy(policy: Partial<Subscriber>, settings: Partial<Settings> = {}) {
  const network = createNetwork(settings);
  network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), ...policy });
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  return { network, alice, bob, carol };
}

const rings = (phone: Phone) => phone.inbox.titles().filter((title) => title === "INVITE").length;

describe("RFC 3891 §3: an INVITE whose Replaces matches no call of the user is a new call", () => {
  test.each([
    ["do not disturb", { doNotDisturb: true }, 480],
    ["always forwarded", { forwarding: { always: "sip:nobody@example.com" } }, 404],
    ["closed hours", { hours: { zone: "UTC", open: [] } }, 480],
  ])("%s", async (_name, policy, status) => {
    const { alice, bob, carol } = await withPolicy(policy);
    const { invite, caller } = await establish(alice, carol);
    const values = [
      "x;to-tag=1;from-tag=2",
      "x",
      ";;",
      `${invite.callId};to-tag=${caller.remoteTag};from-tag=${caller.localTag}`, // a call of others
    ];
    for (const value of values) {
      const answer = await alice.ask("INVITE", BOB, { lines: [`Replaces: ${value}`] });
      expect([value, answer.status, rings(bob)]).toEqual([value, status, 0]);
    }
  });

  test("closed hours of a group, whose calls are those of its members", async () => {
    const { network, alice, carol } = await withPolicy({});
    const group = "sip:sales@example.com";
    network.state.addSubscriber({
      aor: group,
      ha1: secretsOf("sales"),
      group: [carol.aor],
      hours: { zone: "UTC", open: [] },
    });
    const { invite, caller } = await establish(carol, alice);
    const value = `${invite.callId};to-tag=${caller.localTag};from-tag=${caller.remoteTag}`;
    expect((await alice.ask("INVITE", group, { lines: [`Replaces: ${value}`] })).status).toBe(480);
    expect(rings(carol)).toBe(0);
  });

  test("with other tags than those of the call, or after its end, which watchers still see", async () => {
    const { alice, bob, carol } = await withPolicy({ doNotDisturb: true, contacts: ["sip:carol@example.com"] });
    await watch(carol, BOB, { event: "dialog" });
    const { invite, caller } = await establish(bob, alice);
    const others = `${invite.callId};to-tag=${caller.localTag};from-tag=other`;
    expect((await carol.ask("INVITE", BOB, { lines: [`Replaces: ${others}`] })).status).toBe(480);
    await bob.inDialog("BYE", caller);
    await alice.answer(await alice.takeRequest("BYE"), 200);
    await bob.takeFinal("BYE");
    const ended = `${invite.callId};to-tag=${caller.localTag};from-tag=${caller.remoteTag}`;
    expect((await carol.ask("INVITE", BOB, { lines: [`Replaces: ${ended}`] })).status).toBe(480);
    expect(rings(bob)).toBe(0);
  });
});

test("RFC 3891 §3: a ringing call of the user that a watcher takes over is one of the user's", async () => {
  const { alice, bob, carol } = await withPolicy({ doNotDisturb: true, contacts: ["sip:carol@example.com"] });
  await watch(carol, BOB, { event: "dialog" });
  const invite = await bob.request("INVITE", alice.aor);
  const received = await alice.takeRequest("INVITE");
  await alice.answer(received, 180);
  const ringing = await bob.takeResponse(180, "INVITE");
  const { localTag, remoteTag } = bob.dialogAsCaller(invite, ringing);
  const value = `${invite.callId};to-tag=${localTag};from-tag=${remoteTag};early-only`;
  await carol.request("INVITE", BOB, { lines: [`Replaces: ${value}`] });
  await bob.takeRequest("INVITE");
});

test("RFC 4235 §3.6: a watcher that the user does not name takes a call over as the policy for new calls allows", async () => {
  const { alice, bob, carol } = await withPolicy({ doNotDisturb: true });
  await establish(bob, alice);
  const { body } = (await watch(carol, BOB, { event: "dialog" })).first;
  const [callId, local, remote] = ["call-id", "local-tag", "remote-tag"].map(
    (name) => new RegExp(`${name}="([^"]*)"`).exec(body)?.[1],
  );
  const replaces = `Replaces: ${callId};to-tag=${local};from-tag=${remote}`;
  expect((await carol.ask("INVITE", BOB, { lines: [replaces] })).status).toBe(480);
  expect(rings(bob)).toBe(0);
});

test("where calls are not tracked, a Replaces is left to the phone", async () => {
  const { alice, bob } = await withPolicy({ doNotDisturb: true }, { calls: "stateless" });
  await alice.request("INVITE", BOB, { lines: ["Replaces: x;to-tag=1;from-tag=2"] });
  await bob.takeRequest("INVITE");
});
