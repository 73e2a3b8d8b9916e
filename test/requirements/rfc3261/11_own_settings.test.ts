// A user's own settings, read and changed by OPTIONS to its own address.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { settingsOf as settingsByJsSip } from "../../../examples/jssip-settings.ts";
import { settingsOf as settingsBySipJs } from "../../../examples/sipjs-settings.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { jsSip, type LibraryPhone, sipJs } from "../../support/phone/libraries.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const TYPE = "application/vnd.sip-serverless.own-settings+json";
const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

const HOURS = "hours Has a zone Such as Europe/Berlin, and in open Up to 21 Windows Such as mon-fri 09:00-17:30";

/** Bob is online and has the policy; alice and carol are online. */
async function withBob(policy: Partial<Subscriber> = {}, settings: Partial<Settings> = {}) {
  const network = createNetwork(settings);
  network.state.addSubscriber({ aor: aorOf("bob"), ha1: secretsOf("bob"), ...policy });
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const stored = () => {
    const { aor: _aor, ha1: _ha1, ...rest } = network.state.rows.subscribers.get(aorOf("bob")) ?? { aor: "", ha1: {} };
    return rest;
  };
  return { network, alice, bob, carol, stored };
}

const read = (phone: Phone, address = phone.aor) => phone.ask("OPTIONS", address, { lines: [`Accept: ${TYPE}`] });

const change = (phone: Phone, document: unknown, address = phone.aor) =>
  phone.ask("OPTIONS", address, {
    lines: [`Accept: ${TYPE}`, `Content-Type: ${TYPE}`],
    body: typeof document === "string" ? document : JSON.stringify(document),
  });

describe("a user's own settings", () => {
  test("are read by an OPTIONS that accepts their type, without the operator's parts and without secrets", async () => {
    const { bob } = await withBob({ doNotDisturb: true, routing: "redirect", blocked: ["sip:*@example.net"] });
    const ok = await read(bob);
    expect([ok.status, header(ok, "content-type")]).toEqual([200, TYPE]);
    expect(JSON.parse(ok.body)).toEqual({ doNotDisturb: true, blocked: ["sip:*@example.net"] });
  });

  test("are changed in the parts that the document names, and null removes a part (RFC 7396)", async () => {
    const { bob, stored } = await withBob({ busyInCall: true, ringSeconds: 30, forwarding: { busy: aorOf("alice") } });
    const ok = await change(bob, { ringSeconds: null, doNotDisturb: true, forwarding: { always: aorOf("carol") } });
    const expected = {
      busyInCall: true,
      doNotDisturb: true,
      forwarding: { busy: aorOf("alice"), always: aorOf("carol") },
    };
    expect([ok.status, JSON.parse(ok.body)]).toEqual([200, expected]);
    expect(stored()).toEqual(expected);
    await change(bob, { busyInCall: false, doNotDisturb: false, forwarding: null });
    expect([stored(), JSON.parse((await read(bob)).body)]).toEqual([{}, {}]);
  });

  test("decide about the next call", async () => {
    const { alice, bob, carol } = await withBob();
    await change(bob, { doNotDisturb: true, forwarding: { busy: carol.aor } });
    await alice.request("INVITE", bob.aor);
    await carol.takeRequest("INVITE");
    await change(bob, { doNotDisturb: false, blocked: [alice.aor] });
    expect((await alice.ask("INVITE", bob.aor)).status).toBe(603);
  });

  test("are for the user itself, and its devices get any other OPTIONS", async () => {
    const { alice, bob, stored } = await withBob();
    expect((await change(alice, { doNotDisturb: true }, bob.aor)).status).toBe(403);
    expect((await read(alice, bob.aor)).status).toBe(403);
    expect(stored()).toEqual({});
    await alice.request("OPTIONS", bob.aor, { lines: ["Accept: */*"] });
    await bob.takeRequest("OPTIONS");
  });

  test("need the login that REGISTER needs", async () => {
    const { network, stored } = await withBob();
    const stranger = network.phone("bob", { flow: "another connection", password: "wrong" });
    expect((await change(stranger, { doNotDisturb: true })).status).toBe(407);
    expect(stored()).toEqual({});
  });

  test.each([
    ["no JSON", "{", 400, "Settings Are a JSON Object"],
    ["a list", [], 400, "Settings Are a JSON Object"],
    ["a part of the operator's policy", { group: [aorOf("alice")] }, 400, "Unknown Setting"],
    ["a part that an object inherits", '{"__proto__":{}}', 400, "Unknown Setting"],
    ["a word for a switch", { doNotDisturb: "yes" }, 400, "doNotDisturb Is true or false"],
    ["a time out of range", { ringSeconds: 4 }, 400, "ringSeconds Is a Whole Number From 5 to 900"],
    ["no addresses", { blocked: ["alice"] }, 400, "blocked Is a List of Up to 50 SIP Addresses"],
    [
      "too many addresses",
      { contacts: Array(51).fill(aorOf("a")) },
      400,
      "contacts Is a List of Up to 50 SIP Addresses",
    ],
    ["another policy for watchers", { watchers: "friends" }, 400, "watchers Is One of all, contacts, none"],
    [
      "a condition that does not exist",
      { forwarding: { sometimes: aorOf("carol") } },
      400,
      "forwarding Has SIP URIs for always, busy, noAnswer, unreachable, closed",
    ],
    ["a telephone number", { forwarding: { always: "tel:+1" } }, 400, "forwarding.always Leads to No SIP URI"],
    [
      "a foreign domain",
      { forwarding: { busy: "sip:x@example.net" } },
      403,
      "forwarding.busy Leads to a Foreign Domain",
    ],
    [
      "the address itself",
      { forwarding: { closed: aorOf("bob") } },
      400,
      "forwarding.closed Leads to the Address Itself",
    ],
    ["an unknown user", { forwarding: { always: aorOf("nemo") } }, 400, "forwarding.always Leads to an Unknown User"],
    [
      "phones outside of the deployment",
      { alsoRing: ["sip:x@example.net"] },
      403,
      "alsoRing Leads to a Foreign Domain",
    ],
    ["its own phones once more", { alsoRing: [aorOf("bob")] }, 400, "alsoRing Leads to the Address Itself"],
    ["phones of nobody", { alsoRing: [aorOf("nemo")] }, 400, "alsoRing Leads to an Unknown User"],
    ["a telephone beside the phones", { alsoRing: ["tel:+1"] }, 400, "alsoRing Leads to No SIP URI"],
    [
      "more phones than four",
      { alsoRing: Array(5).fill(aorOf("alice")) },
      400,
      "alsoRing Is a List of Up to 4 SIP URIs",
    ],
    ["one address that is no list", { alsoRing: aorOf("alice") }, 400, "alsoRing Is a List of Up to 4 SIP URIs"],
    ["no device at all", { maxDevices: 0 }, 400, "maxDevices Is a Whole Number From 1 to 10"],
    ["more devices than the deployment allows", { maxDevices: 11 }, 400, "maxDevices Is a Whole Number From 1 to 10"],
    ["half a device", { maxDevices: 1.5 }, 400, "maxDevices Is a Whole Number From 1 to 10"],
    ["an unknown time zone", { hours: { zone: "Mars/Base", open: ["mon 09:00-17:00"] } }, 400, HOURS],
    ["no time zone", { hours: { open: ["mon 09:00-17:00"] } }, 400, HOURS],
    ["no window", { hours: { zone: "UTC", open: [] } }, 400, HOURS],
    ["a window that cannot be read", { hours: { zone: "UTC", open: ["mon 09:00-17:00", "monday"] } }, 400, HOURS],
    ["a window that is no text", { hours: { zone: "UTC", open: [9] } }, 400, HOURS],
    ["more windows than three a day", { hours: { zone: "UTC", open: Array(22).fill("mon 09:00-17:00") } }, 400, HOURS],
    ["a text instead of hours", { hours: "mon 09:00-17:00" }, 400, HOURS],
    ["a long document", { blocked: [`sip:${"a".repeat(4096)}@x`] }, 400, "Settings Are Longer Than 4096 Octets"],
  ])("are refused with %s", async (_what, document, status, phrase) => {
    const { bob, stored } = await withBob();
    const refused = await change(bob, document);
    expect([refused.status, refused.reason, stored()]).toEqual([status, phrase, {}]);
  });

  test("keep a forwarding to another domain that the operator has set, for its own condition only", async () => {
    const forwarding = { busy: "sip:+123@pstn.example" };
    const { bob, stored } = await withBob({ forwarding }, { peers: { "pstn.example": aorOf("alice") } });
    expect((await change(bob, { forwarding: { ...forwarding, noAnswer: aorOf("carol") } })).status).toBe(200);
    expect((await change(bob, { forwarding: { always: forwarding.busy } })).status).toBe(403);
    expect(stored()).toEqual({ forwarding: { ...forwarding, noAnswer: aorOf("carol") } });
  });

  test("keep an address outside of the deployment that the operator lets ring, and take no other one", async () => {
    const alsoRing = ["sip:+123@pstn.example"];
    const { bob, stored } = await withBob({ alsoRing }, { peers: { "pstn.example": aorOf("alice") } });
    const next = { alsoRing: [...alsoRing, aorOf("carol")] };
    expect((await change(bob, next)).status).toBe(200);
    expect((await change(bob, { alsoRing: ["sip:+124@pstn.example"] })).status).toBe(403);
    expect((await change(bob, { forwarding: { always: alsoRing[0] } })).status).toBe(403);
    expect(stored()).toEqual(next);
  });

  test("leave every part that the document does not name, those of the operator among them", async () => {
    const policy: Partial<Subscriber> = {
      routing: "proxy",
      hours: { zone: "UTC", open: ["mon-fri 09:00-17:00"] },
      forwarding: { closed: aorOf("alice") },
      alsoRing: [aorOf("alice")],
      maxDevices: 3,
    };
    const { bob, stored } = await withBob(policy);
    await change(bob, { forwarding: { busy: aorOf("carol") }, maxDevices: 2 });
    const expected = { ...policy, forwarding: { closed: aorOf("alice"), busy: aorOf("carol") }, maxDevices: 2 };
    expect(stored()).toEqual(expected);
    const { routing: _operators, ...own } = expected;
    expect(JSON.parse((await read(bob)).body)).toEqual(own);
    await change(bob, { hours: null, alsoRing: [], maxDevices: null, forwarding: null });
    expect(stored()).toEqual({ routing: "proxy" });
  });

  test("of hours lead calls elsewhere outside of them, until they are removed", async () => {
    const { alice, bob, carol } = await withBob();
    const hours = { zone: "UTC", open: ["sun 00:00-24:00"] }; // the clock of the network begins on a Friday
    expect((await change(bob, { hours, forwarding: { closed: carol.aor } })).status).toBe(200);
    await alice.request("INVITE", bob.aor);
    await carol.takeRequest("INVITE");
    await change(bob, { forwarding: { closed: null } });
    expect((await alice.ask("INVITE", bob.aor)).status).toBe(480);
    await change(bob, { hours: null });
    await alice.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
  });

  test("of simultaneous ring and of the number of devices decide which phones ring", async () => {
    const { alice, bob, carol, network } = await withBob();
    await network.pass(1);
    const newer = await network.online("bob", { flow: "newer" });
    expect((await change(bob, { alsoRing: [carol.aor], maxDevices: 1 })).status).toBe(200);
    await alice.request("INVITE", bob.aor);
    await Promise.all([newer.takeRequest("INVITE"), carol.takeRequest("INVITE")]);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("of an alias are those of its user", async () => {
    const { bob } = await withBob({ aliasOf: aorOf("carol") });
    expect((await change(bob, { doNotDisturb: true })).status).toBe(403);
  });

  test("do not know being busy in a call where calls are not tracked", async () => {
    const { bob } = await withBob({}, { calls: "stateless" });
    expect((await change(bob, { busyInCall: true })).reason).toBe("busyInCall Needs Tracked Calls");
  });

  test("make a row for a user of tokens, and none for a user that was removed", async () => {
    const { network, bob, stored } = await withBob({}, { usersAreElsewhere: true });
    network.state.removeSubscriber(bob.aor);
    expect((await change(bob, { doNotDisturb: true, forwarding: { busy: aorOf("elsewhere") } })).status).toBe(200);
    expect(stored()).toEqual({ doNotDisturb: true, forwarding: { busy: aorOf("elsewhere") } });

    const other = await withBob();
    other.network.state.removeSubscriber(other.bob.aor);
    expect((await change(other.bob, { doNotDisturb: true })).status).toBe(404);
    expect(other.network.state.rows.subscribers.has(other.bob.aor)).toBe(false);
  });

  test("are both kept when two devices change the forwarding at the same moment", async () => {
    const { bob, network, stored } = await withBob();
    const other = await network.online("bob", { flow: "second device" });
    await Promise.all([
      change(bob, { forwarding: { busy: aorOf("carol") } }),
      change(other, { forwarding: { noAnswer: aorOf("alice") } }),
    ]);
    expect(stored()).toEqual({ forwarding: { busy: aorOf("carol"), noAnswer: aorOf("alice") } });
  });
});

describe("the libraries read and change them in a few lines:", () => {
  // Their transactions wait for half a minute after the response.
  beforeAll(() => void jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] }));
  afterAll(() => void jest.useRealTimers());
  const phones: LibraryPhone[] = [];
  afterEach(() => phones.splice(0).forEach((phone) => phone.stop()));

  test("JsSIP", async () => {
    const { network } = await withBob();
    const phone = jsSip(network, "bob", { password: "bob" });
    phones.push(phone);
    await phone.register();
    expect(await settingsByJsSip(phone.agent, aorOf("bob"), { doNotDisturb: true })).toEqual({ doNotDisturb: true });
    expect(await settingsByJsSip(phone.agent, aorOf("bob"))).toEqual({ doNotDisturb: true });
    await expect(settingsByJsSip(phone.agent, aorOf("bob"), { ringSeconds: 1 })).rejects.toThrow(
      "ringSeconds Is a Whole Number From 5 to 900",
    );
  });

  test("SIP.js", async () => {
    const { network } = await withBob();
    const phone = await sipJs(network, "bob", "bob");
    phones.push(phone);
    await phone.register();
    expect(await settingsBySipJs(phone.agent, { doNotDisturb: true })).toEqual({ doNotDisturb: true });
    expect(await settingsBySipJs(phone.agent)).toEqual({ doNotDisturb: true });
    await expect(settingsBySipJs(phone.agent, { ringSeconds: 1 })).rejects.toThrow(
      "ringSeconds Is a Whole Number From 5 to 900",
    );
  });
});
