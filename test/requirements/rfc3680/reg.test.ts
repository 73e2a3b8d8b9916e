// The package of registrations: a user sees its own bindings.
import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { named } from "../../../lib/sip/events/dialog-view.ts";
import { withContacts } from "../../../lib/sip/events/contact-list.ts";
import { reg } from "../../../lib/sip/events/reg.ts";
import { MAX_LIST_SIZE } from "../../../lib/sip/policy/events.ts";
import { defaultSettings } from "../../../lib/sip/policy/settings.ts";
import type { Binding } from "../../../lib/sip/state/registration.ts";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { parseXml } from "../../../lib/sip/syntax/xml.ts";
import { createNetwork, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { notifies, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const event = "reg";

type Contact = Readonly<Record<string, string | undefined>>;

function contactsIn({ body }: SipRequest): readonly Contact[] {
  return [...body.matchAll(/<contact ([^>]*)>(.*)<\/contact>/g)].map(([, attributes = "", inner = ""]) => {
    const found = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value] as const);
    return Object.fromEntries([...found, ["uri", /^<uri>([^<]*)<\/uri>/.exec(inner)?.[1]]]);
  });
}

/** `active registered`, of each contact. */
function eventsIn(document: SipRequest): readonly string[] {
  return contactsIn(document).map((contact) => `${contact["state"]} ${contact["event"]}`);
}

function stateIn({ body }: SipRequest): string | undefined {
  return /<registration [^>]*state="(\w+)"/.exec(body)?.[1];
}

/** Bob watches its registration on one device, and has another one. */
async function aWatched(settings = {}) {
  const network = createNetwork(settings);
  const bob = await network.online("bob", { flow: "page" });
  const watching = await watch(bob, BOB, { event, expires: 3600 });
  const desk = network.phone("bob", { flow: "desk" });
  return { network, bob, desk, watching };
}

/** The next document, of the contact of this device. */
async function nextOf(watcher: Phone, device: Phone): Promise<Contact | undefined> {
  return contactsIn(await takeNotify(watcher)).find((contact) => contact["uri"] === device.contact);
}

describe("RFC 3680 §4.7.2: a binding", () => {
  test("is registered, refreshed and unregistered, and then not in the document", async () => {
    const { bob, desk, watching } = await aWatched();
    expect(eventsIn(watching.first)).toEqual(["active registered"]);
    const again = { callId: "desk-registration" };
    await desk.register(300, again);
    const first = await nextOf(bob, desk);
    expect(first).toMatchObject({ state: "active", event: "registered", expires: "300", callid: again.callId });
    await desk.register(400, again);
    const refreshed = await nextOf(bob, desk);
    expect(refreshed).toMatchObject({ id: first?.["id"], state: "active", event: "refreshed", expires: "400" });
    expect(Number(refreshed?.["cseq"])).toBeGreaterThan(Number(first?.["cseq"]));
    await desk.register(0, again);
    expect(await nextOf(bob, desk)).toMatchObject({ id: first?.["id"], state: "terminated", event: "unregistered" });
    await bob.register();
    expect(eventsIn(await takeNotify(bob))).toEqual(["active refreshed"]);
  });

  test("that ended before a subscription or a fetch began is not in its first document (§4.7.1)", async () => {
    const { bob, desk } = await aWatched();
    await desk.register();
    await takeNotify(bob);
    await desk.register(0);
    expect(eventsIn(await takeNotify(bob))).toContain("terminated unregistered");
    for (const expires of [3600, 0]) {
      const { first } = await watch(bob, BOB, { event, expires });
      expect(eventsIn(first)).toEqual(["active registered"]);
    }
  });

  test("that is not touched keeps its last event", async () => {
    const { bob, desk } = await aWatched();
    await desk.register();
    await takeNotify(bob);
    await bob.register();
    expect(eventsIn(await takeNotify(bob)).toSorted()).toEqual(["active refreshed", "active registered"]);
  });

  test("expires at its time, also while another one goes on", async () => {
    const { network, bob, desk } = await aWatched();
    await bob.register(500);
    await takeNotify(bob);
    await desk.register(60);
    await takeNotify(bob);
    await network.pass(62);
    expect(await nextOf(bob, desk)).toMatchObject({ state: "terminated", event: "expired", expires: "0" });
  });

  test("is deactivated with the loss of its connection, and registered again when the device is back", async () => {
    const { network, bob, desk } = await aWatched();
    await desk.register();
    await takeNotify(bob);
    await desk.close();
    await network.pass(1);
    expect(await nextOf(bob, desk)).toMatchObject({ state: "terminated", event: "deactivated" });
    await network.phone("bob", { flow: "desk-2", instance: desk.instance }).register();
    expect(eventsIn(await takeNotify(bob)).toSorted()).toEqual(["active registered", "active registered"]);
  });

  test("of a registration that was not watched is in the first document of a subscription", async () => {
    const { bob, desk, watching } = await aWatched();
    await watch(bob, BOB, { event, within: watching, expires: 0 });
    await desk.register();
    const { first } = await watch(bob, BOB, { event });
    expect(eventsIn(first)).toEqual(["active registered", "active registered"]);
  });
});

describe("RFC 3680 §4.7.1: a registration", () => {
  test("is init before the first binding, active, terminated after the last, and then init", async () => {
    const { bob, watching } = await aWatched();
    expect(stateIn(watching.first)).toBe("active");
    await bob.register(0);
    expect(stateIn(await takeNotify(bob))).toBe("terminated");
    expect(stateIn((await watch(bob, BOB, { event, within: watching })).first)).toBe("terminated");
    const carol = createNetwork().phone("carol");
    expect(stateIn((await watch(carol, "sip:carol@example.com", { event })).first)).toBe("init");
  });
});

describe("RFC 3680 §5.1: the document", () => {
  test("is well-formed and full, and has a version that grows by one from 0", async () => {
    const { bob, desk, watching } = await aWatched();
    await desk.register(600, { callId: `"<&>'` });
    const documents = [watching.first, await takeNotify(bob)];
    for (const [version, document] of documents.entries()) {
      expect([header(document, "content-type"), header(document, "event")]).toEqual(["application/reginfo+xml", event]);
      const { root, children = [] } = parseXml(document.body) ?? {};
      expect([root?.local, root?.namespace]).toEqual(["reginfo", "urn:ietf:params:xml:ns:reginfo"]);
      expect([root?.attributes.get("version"), root?.attributes.get("state")]).toEqual([String(version), "full"]);
      expect(children.map(({ local, attributes }) => [local, attributes.get("aor")])).toEqual([["registration", BOB]]);
    }
  });

  test("is bounded in octets", () => {
    const bindings = Array.from({ length: 20 }, (_, index): Binding => {
      const uri = `sip:${"&".repeat(4000)}${index}@example.com`;
      return { contact: uri, flow: "f", q: 1000, registeredAt: 0, expiresAt: 9, callId: "c", cseq: index };
    });
    const state = { resource: `reg;${BOB}`, version: 0, joins: 0, publications: [], expiresAt: 0 };
    const world = {
      now: 0,
      settings: { ...defaultSettings, domains: ["example.com"] },
      keys: { current: createSecretKey(Buffer.from("a key")) },
      random: () => "r",
    };
    const next = withContacts(state, { aor: BOB, version: 1, bindings }, world);
    expect(next.contacts?.length).toBeGreaterThan(1);
    expect(Buffer.byteLength(reg.document(next, BOB, 0, 1, named))).toBeLessThan(1.2 * MAX_LIST_SIZE);
  });
});

describe("RFC 5628 §5: GRUUs", () => {
  test("of a device are in its contact: the public one, and a temporary one that calls it", async () => {
    const { network, bob, watching } = await aWatched();
    const { body } = watching.first;
    const [, pub = ""] = /<gr:pub-gruu uri="([^"]*)"\/>/.exec(body) ?? [];
    const [, temporary = "", cseq] = /<gr:temp-gruu uri="([^"]*)" first-cseq="(\d+)"\/>/.exec(body) ?? [];
    expect(pub).toBe(`${BOB};gr=${bob.instance}`);
    expect(cseq).toBe(contactsIn(watching.first)[0]?.["cseq"]);
    expect(body).toContain(`<unknown-param name="+sip.instance">&#34;&#60;${bob.instance}&#62;&#34;</unknown-param>`);
    const alice = await network.online("alice");
    for (const uri of [pub, temporary]) {
      await alice.request("OPTIONS", uri);
      expect((await bob.takeRequest("OPTIONS")).uri).toContain(bob.contact);
    }
  });

  test("stay the same while the Call-ID of the registration does", async () => {
    const { bob, desk } = await aWatched();
    const again = { callId: "desk-registration" };
    const given: (string | undefined)[] = [];
    for (let times = 0; times < 2; times += 1) {
      await desk.register(600, again);
      const document = await takeNotify(bob);
      given.push(
        document.body
          .split("<contact ")
          .findLast((one) => one.includes(desk.contact))
          ?.match(/temp-gruu.*/)?.[0],
      );
    }
    expect(given[0]).toContain("first-cseq");
    expect(given[1]).toBe(given[0]);
  });
});

describe("RFC 3680 §4.6: the audience", () => {
  test("is the owner alone: another user gets 403, a contact of the owner too", async () => {
    const { network } = await aWatched();
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), contacts: ["sip:alice@example.com"] });
    const alice = await network.online("alice");
    expect((await subscribe(alice, BOB, { event })).ok.status).toBe(403);
    expect(notifies(alice)).toBe(0);
  });
});

test("RFC 3680 §4.10: a device that registers again and again is reported once in five seconds", async () => {
  const { network, bob, desk } = await aWatched();
  for (let times = 0; times < 14; times += 1) await desk.register(600);
  const atOnce = notifies(bob);
  expect(atOnce).toBeLessThan(14);
  await network.pass(5);
  expect(notifies(bob)).toBe(atOnce + 1);
});

test("where the registration is not watched, a REGISTER reads and writes what it did, and a watched one leads to one look", async () => {
  const counts = { reads: 0, writes: 0 };
  const network = createNetwork({}, ({ read, commit }) => ({
    read: (keys) => ((counts.reads += 1), read(keys)),
    commit: (changes) => ((counts.writes += changes.length), commit(changes)),
  }));
  const bob = await network.online("bob");
  await network.online("alice").then((alice) => watch(alice, BOB));
  Object.assign(counts, { reads: 0, writes: 0 });
  await bob.register();
  expect(counts).toEqual({ reads: 1, writes: 1 });
  await watch(bob, BOB, { event });
  Object.assign(counts, { reads: 0, writes: 0 });
  await bob.register();
  expect(counts).toEqual({ reads: 3, writes: 2 });
});
