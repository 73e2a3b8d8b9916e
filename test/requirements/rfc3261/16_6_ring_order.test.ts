// Groups whose members ring one after the other, hours, addresses that ring beside the phones, and the latest devices.
import { describe, expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;
const TEAM = aorOf("team");
const MEMBERS = ["bob", "carol", "dave"] as const;

const count = (phone: Phone, title: string) => phone.inbox.titles().filter((one) => one === title).length;
const rung = (phones: readonly Phone[]) => phones.map((phone) => count(phone, "INVITE"));

/** A group of bob, carol and dave, who are online; alice calls. */
async function aTeam(policy: Partial<RoutingPolicy>, ofBob: RoutingPolicy = {}) {
  const network = createNetwork();
  network.state.addSubscriber({ aor: TEAM, ha1: {}, group: MEMBERS.map(aorOf), ...policy });
  network.state.addSubscriber({ aor: aorOf("bob"), ha1: secretsOf("bob"), ...ofBob });
  for (const user of ["dave", "erin"]) network.state.addSubscriber({ aor: aorOf(user), ha1: secretsOf(user) });
  const alice = await network.online("alice");
  const [bob, carol, dave] = [await network.online("bob"), await network.online("carol"), await network.online("dave")];
  return { network, alice, bob, carol, dave, all: [bob, carol, dave] };
}

describe("RFC 3261 §16.6: the members of a group in turn", () => {
  test("ring one after the other for their seconds, each with CANCEL before the next INVITE", async () => {
    const { network, alice, bob, carol, dave, all } = await aTeam({ groupOrder: "in-turn", groupSeconds: 20 });
    await alice.request("INVITE", TEAM, { body: "v=0\r\n" });
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(19);
    expect([rung(all), count(bob, "CANCEL")]).toEqual([[1, 0, 0], 0]);
    await network.pass(1);
    expect([rung(all), count(bob, "CANCEL")]).toEqual([[1, 1, 0], 1]);
    await carol.answer(await carol.takeRequest("INVITE"), 180);
    await network.pass(20);
    const last = await dave.takeRequest("INVITE");
    expect([count(carol, "CANCEL"), last.body]).toEqual([1, "v=0\r\n"]);
    await dave.answer(last, 200);
    await alice.takeResponse(200, "INVITE");
    expect(rung(all)).toEqual([1, 1, 1]);
  });

  test("are passed over as soon as they refuse, and the caller gets the best refusal after the last one", async () => {
    const { alice, bob, carol, dave } = await aTeam({ groupOrder: "in-turn" });
    await alice.request("INVITE", TEAM);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await carol.answer(await carol.takeRequest("INVITE"), 480);
    await dave.answer(await dave.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(480);
  });

  test("that do not answer lead to the group's forwarding after the last turn, not before", async () => {
    const { network, alice, all } = await aTeam({
      groupOrder: "in-turn",
      groupSeconds: 10,
      forwarding: { noAnswer: aorOf("erin") },
    });
    const erin = await network.online("erin");
    await alice.request("INVITE", TEAM);
    for (const phone of all) {
      await phone.answer(await phone.takeRequest("INVITE"), 180);
      await network.pass(10);
    }
    const invite = await erin.takeRequest("INVITE");
    expect(header(invite, "diversion")).toBe(`<${TEAM}>;reason=no-answer;counter=1`);
    expect(rung(all)).toEqual([1, 1, 1]);
  });

  test("end with 408 after the last turn where the group has no forwarding", async () => {
    const { network, alice, all } = await aTeam({ groupOrder: "in-turn", groupSeconds: 5 });
    await alice.request("INVITE", TEAM);
    for (const phone of all) {
      await phone.answer(await phone.takeRequest("INVITE"), 180);
      await network.pass(5);
    }
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });

  test("ring with all of their devices at a time", async () => {
    const { network, alice, bob, carol } = await aTeam({ groupOrder: "in-turn" });
    const second = await network.online("bob", { flow: "bob's second" });
    await alice.request("INVITE", TEAM);
    await bob.takeRequest("INVITE");
    await second.takeRequest("INVITE");
    expect(count(carol, "INVITE")).toBe(0);
  });

  test("are all told at once of a text", async () => {
    const { alice, all } = await aTeam({ groupOrder: "in-turn" });
    await alice.request("MESSAGE", TEAM, { body: "Hello" });
    for (const phone of all) await phone.takeRequest("MESSAGE");
  });

  test("of a group within a group ring together", async () => {
    const { network, alice, all } = await aTeam({ groupOrder: "in-turn" });
    network.state.addSubscriber({ aor: aorOf("house"), ha1: {}, group: [TEAM] });
    await alice.request("INVITE", aorOf("house"));
    for (const phone of all) await phone.takeRequest("INVITE");
  });

  test("stop with the CANCEL of the caller, and the next one does not ring", async () => {
    const { network, alice, bob, all } = await aTeam({ groupOrder: "in-turn", groupSeconds: 10 });
    const sent = await alice.request("INVITE", TEAM);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await alice.request("CANCEL", TEAM, sent);
    await bob.takeRequest("CANCEL");
    await network.pass(60);
    expect(rung(all)).toEqual([1, 0, 0]);
  });
});

describe("RFC 3261 §16.6: the order of a group", () => {
  /** How often each user rings first, in 60 calls that are refused. The order follows from the Call-ID. */
  async function firstOf(policy: Partial<RoutingPolicy>) {
    const { alice, all } = await aTeam(policy);
    const firsts = [0, 0, 0];
    for (let call = 0; call < 60; call += 1) {
      const before = rung(all);
      await alice.request("INVITE", TEAM, { callId: `call-${call}` });
      const first = rung(all).findIndex((times, at) => times > (before[at] ?? 0));
      firsts[first] = (firsts[first] ?? 0) + 1;
      const phone = all[first];
      await phone?.answer(await phone.takeRequest("INVITE"), 603);
      await alice.takeFinal("INVITE");
    }
    return firsts;
  }

  test("by weight: a member with nine of eleven parts is first in most calls, and the others in some", async () => {
    const [bob = 0, carol = 0, dave = 0] = await firstOf({
      groupOrder: "weighted",
      groupWeights: { [aorOf("carol")]: 9 },
    });
    expect(bob + carol + dave).toBe(60);
    expect(carol).toBeGreaterThan(35);
    expect(Math.min(bob, dave)).toBeGreaterThan(0);
  });

  test("by idle time: a member in a call comes last, and of the others the one whose call ended first", async () => {
    const { network, alice, bob, carol, dave, all } = await aTeam({ groupOrder: "longest-idle", groupSeconds: 10 });
    for (const phone of [carol, bob]) {
      const { caller } = await establish(alice, phone);
      await network.pass(5);
      await alice.inDialog("BYE", caller);
      await phone.answer(await phone.takeRequest("BYE"), 200);
      await alice.takeFinal("BYE");
    }
    const erin = await network.online("erin");
    await establish(erin, dave);
    const before = rung(all);
    const since = () => rung(all).map((times, at) => times - (before[at] ?? 0));
    await alice.request("INVITE", TEAM);
    expect(since()).toEqual([0, 1, 0]);
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    expect(since()).toEqual([1, 1, 0]);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    expect(since()).toEqual([1, 1, 1]);
  });
});

describe("RFC 3261 §16.5: an address with hours", () => {
  /**
   * Berlin is at UTC+1 in winter and at UTC+2 in summer: 2026-10-23 and 2026-10-26, the days around the change, are Friday
   * and Monday.
   */
  const hours = { zone: "Europe/Berlin", open: ["mon-fri 09:00-17:00", "sat 22:00-02:00"] };

  test.each([
    ["before they begin, in summer time", "2026-10-23T06:59:00Z", false],
    ["when they begin, in summer time", "2026-10-23T07:00:00Z", true],
    ["an hour later in UTC, in winter time", "2026-10-26T07:00:00Z", false],
    ["when they begin, in winter time", "2026-10-26T08:00:00Z", true],
    ["when they end", "2026-10-26T16:00:00Z", false],
    ["on Saturday night", "2026-10-24T20:00:00Z", true],
    ["early on Sunday, within the window of Saturday", "2026-10-24T23:59:00Z", true],
    ["on Sunday after it", "2026-10-25T01:00:00Z", false],
    ["early on Saturday, which no window has", "2026-10-23T23:00:00Z", false],
  ])("%s", async (_when, at, isOpen) => {
    const network = createNetwork();
    network.state.addSubscriber({ aor: TEAM, ha1: {}, group: [aorOf("bob")], hours });
    await network.pass(Date.parse(at) / 1000 - network.now());
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", TEAM);
    await alice.takeResponse(isOpen ? 100 : 480, "INVITE");
    expect(rung([bob])).toEqual([isOpen ? 1 : 0]);
  });

  test("forwards calls outside of them, with the reason in Diversion (RFC 5806 §6.2), and takes texts", async () => {
    const network = createNetwork();
    const never = { zone: "UTC", open: [] };
    network.state.addSubscriber({
      aor: TEAM,
      ha1: {},
      group: [aorOf("bob")],
      hours: never,
      forwarding: { closed: aorOf("carol") },
    });
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    await alice.request("INVITE", TEAM);
    expect(header(await carol.takeRequest("INVITE"), "diversion")).toBe(`<${TEAM}>;reason=time-of-day;counter=1`);
    await alice.request("MESSAGE", TEAM, { body: "Hello" });
    await bob.takeRequest("MESSAGE");
  });

  test("in a zone or form that cannot be read rings", async () => {
    const network = createNetwork();
    const broken = { zone: "Middle/Earth", open: ["always"] };
    network.state.addSubscriber({ aor: TEAM, ha1: {}, group: [aorOf("bob")], hours: broken });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", TEAM);
    await bob.takeRequest("INVITE");
  });
});

describe("RFC 3261 §16.5: addresses that ring beside the phones of a user", () => {
  test("ring at the same time, each device once, and do not get its texts", async () => {
    const { alice, bob, carol, dave } = await aTeam({}, { alsoRing: [aorOf("carol"), TEAM, aorOf("carol")] });
    await alice.request("INVITE", bob.aor);
    for (const phone of [bob, carol, dave]) await phone.takeRequest("INVITE");
    expect(rung([bob, carol, dave])).toEqual([1, 1, 1]);
    await alice.request("MESSAGE", bob.aor, { body: "Hello" });
    await bob.takeRequest("MESSAGE");
    expect(count(carol, "MESSAGE")).toBe(0);
  });

  test("ring while the user has no device, and one that cannot be called is passed over", async () => {
    const { alice, bob, carol } = await aTeam(
      {},
      { alsoRing: ["sip:x@example.net", "tel:+1", aorOf("nemo"), aorOf("carol")] },
    );
    await bob.close();
    await alice.request("INVITE", bob.aor);
    await carol.takeRequest("INVITE");
  });

  test("may name each other: each rings once", async () => {
    const { network, alice, bob, carol } = await aTeam({}, { alsoRing: [aorOf("carol")] });
    network.state.addSubscriber({ aor: aorOf("carol"), ha1: secretsOf("carol"), alsoRing: [aorOf("bob")] });
    await alice.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
    await carol.takeRequest("INVITE");
    expect(rung([bob, carol])).toEqual([1, 1]);
  });
});

describe("RFC 3261 §16.5: the forwarding of a member", () => {
  test.each<[string, RoutingPolicy]>([
    ["always", { forwarding: { always: aorOf("erin") } }],
    ["outside of its hours", { hours: { zone: "UTC", open: [] }, forwarding: { closed: aorOf("erin") } }],
    ["on busy, undisturbed", { doNotDisturb: true, forwarding: { busy: aorOf("erin") } }],
    ["while it is unreachable", { forwarding: { unreachable: aorOf("erin") } }],
  ])("%s takes no call of its group: it is passed over, and the others ring", async (when, ofBob) => {
    const { network, alice, bob, carol, dave } = await aTeam({}, ofBob);
    const erin = await network.online("erin");
    if (when.includes("unreachable")) await bob.close();
    await alice.request("INVITE", TEAM);
    expect(rung([erin, bob, carol, dave])).toEqual([0, 0, 1, 1]);
    await alice.request("INVITE", bob.aor);
    expect(rung([erin])).toEqual([1]);
  });

  test("on busy takes no call of its group while it is in another call", async () => {
    const { network, alice, bob, carol, dave } = await aTeam(
      {},
      { busyInCall: true, forwarding: { busy: aorOf("erin") } },
    );
    const erin = await network.online("erin");
    await establish(await network.online("alice"), bob);
    await alice.request("INVITE", TEAM);
    expect(rung([erin, bob, carol, dave])).toEqual([0, 1, 1, 1]);
  });

  test("is not that of its group, which applies where all members are passed over", async () => {
    const { network, alice, carol, dave } = await aTeam(
      { forwarding: { unreachable: aorOf("frank") } },
      { forwarding: { always: aorOf("erin") } },
    );
    network.state.addSubscriber({ aor: aorOf("frank"), ha1: secretsOf("frank") });
    const [erin, frank] = [await network.online("erin"), await network.online("frank")];
    await carol.close();
    await dave.close();
    await alice.request("INVITE", TEAM);
    expect(rung([erin, frank])).toEqual([0, 1]);
  });

  test("takes the calls of a group that has no other member", async () => {
    const { network, alice, bob } = await aTeam({ group: [aorOf("bob")] }, { forwarding: { always: aorOf("erin") } });
    const erin = await network.online("erin");
    await alice.request("INVITE", TEAM);
    expect(rung([erin, bob])).toEqual([1, 0]);
  });
});

test("RFC 3261 §16.5: of a user with a limit of devices, those ring that connected last", async () => {
  const { network, alice, bob } = await aTeam({}, { maxDevices: 1 });
  await network.pass(1);
  const newer = await network.online("bob", { flow: "newer" });
  await network.pass(1);
  await bob.register();
  await alice.request("INVITE", bob.aor);
  await newer.takeRequest("INVITE");
  expect(count(bob, "INVITE")).toBe(0);
});
