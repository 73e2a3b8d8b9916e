// The template of watcher information: a user sees the watchers of its own state.
import { describe, expect, test } from "@jest/globals";
import { named } from "../../../lib/sip/events/dialog-view.ts";
import { withWatcherList } from "../../../lib/sip/events/watcher-list.ts";
import { presence } from "../../../lib/sip/events/presence.ts";
import { winfo } from "../../../lib/sip/events/winfo.ts";
import { MAX_LIST_SIZE, MAX_WATCHERS } from "../../../lib/sip/policy/events.ts";
import type { ReadSet } from "../../../lib/sip/state/snapshot.ts";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { parseXml } from "../../../lib/sip/syntax/xml.ts";
import { emptySnapshot } from "../../support/empty-snapshot.ts";
import { createNetwork, type Network, secretsOf } from "../../support/phone/network.ts";
import { resourceLists } from "../../support/phone/resource-list.ts";
import { notifies, pidf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";
import { subscriptions } from "../../parts/stores/samples.ts";

const BOB = "sip:bob@example.com";
const event = "presence.winfo";

/** The watchers of a document: `sip:alice@example.com active subscribe`. */
function watchersIn({ body }: SipRequest): readonly string[] {
  const elements = [...body.matchAll(/<watcher id="[^"]+" status="(\w+)" event="(\w+)">([^<]*)<\/watcher>/g)];
  return elements.map(([, status, why, watcher]) => `${watcher} ${status} ${why}`);
}

/** Bob watches its watchers; Alice and Carol are online. */
async function aWatchedList(settings = {}) {
  const network = createNetwork(settings);
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
  ];
  const watching = await watch(bob, BOB, { event, expires: 3600 });
  return { network, alice, bob, carol, watching };
}

function another(network: Network, user: string) {
  network.state.addSubscriber({ aor: `sip:${user}@example.com`, ha1: secretsOf(user) });
  return network.online(user, { flow: user });
}

const ALICE_ACTIVE = "sip:alice@example.com active subscribe";
const ALICE_OVER = "sip:alice@example.com terminated timeout";

describe("RFC 3857 §4.7.1: a watcher", () => {
  test("is active from its SUBSCRIBE, terminated once after its end, and then not in the list", async () => {
    const { alice, bob, carol, watching } = await aWatchedList();
    expect(watchersIn(watching.first)).toEqual([]);
    const within = await watch(alice, BOB);
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_ACTIVE]);
    await watch(alice, BOB, { within, expires: 0 });
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_OVER]);
    await watch(carol, BOB);
    expect(watchersIn(await takeNotify(bob))).toEqual(["sip:carol@example.com active subscribe"]);
  });

  test("that has left before a subscription or a fetch of the list began is not in its first document", async () => {
    const { alice, bob, carol } = await aWatchedList();
    await watch(carol, BOB);
    await takeNotify(bob);
    const within = await watch(alice, BOB);
    await takeNotify(bob);
    await watch(alice, BOB, { within, expires: 0 });
    expect(watchersIn(await takeNotify(bob))).toContain(ALICE_OVER);
    for (const expires of [3600, 0]) {
      const { first } = await watch(bob, BOB, { event, expires });
      expect(watchersIn(first)).toEqual(["sip:carol@example.com active subscribe"]);
    }
  });

  test("is a subscription: two of one user are two, and each keeps its id", async () => {
    const { alice, bob } = await aWatchedList();
    const first = await watch(alice, BOB);
    const idsIn = ({ body }: SipRequest) => [...body.matchAll(/<watcher id="([^"]+)"/g)].map(([, id]) => id);
    const [id] = idsIn(await takeNotify(bob));
    await watch(alice, BOB);
    const both = idsIn(await takeNotify(bob));
    expect(new Set(both).size).toBe(2);
    await watch(alice, BOB, { within: first, expires: 0 });
    const last = await takeNotify(bob);
    expect(watchersIn(last)).toEqual([ALICE_ACTIVE, ALICE_OVER]);
    expect(idsIn(last)[1]).toBe(id);
  });

  test("that refreshes, or fetches once, changes no list", async () => {
    const { alice, bob, carol } = await aWatchedList();
    const within = await watch(alice, BOB);
    await takeNotify(bob);
    await watch(alice, BOB, { within });
    await watch(carol, BOB, { expires: 0 });
    expect(notifies(bob)).toBe(2);
  });

  test("is terminated by timeout when its time is over", async () => {
    const { network, alice, bob } = await aWatchedList();
    await watch(alice, BOB, { expires: 60 });
    await takeNotify(bob);
    await network.pass(65);
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_OVER]);
  });

  test("is terminated when its phone answers 481 twice", async () => {
    const { alice, bob } = await aWatchedList();
    await subscribe(alice, BOB);
    await takeNotify(bob);
    await takeNotify(alice, 481);
    await takeNotify(alice, 481);
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_OVER]);
  });

  test("is terminated when its phone has lost the connection and does not come back", async () => {
    const { network, bob } = await aWatchedList();
    await watch(await another(network, "dave"), BOB);
    await takeNotify(bob);
    network.cut("dave");
    await publish(bob, { body: pidf(BOB) });
    await network.pass(100);
    expect(watchersIn(await takeNotify(bob))).toEqual(["sip:dave@example.com terminated timeout"]);
  });

  test("is terminated as rejected when the owner allows it no more", async () => {
    const { network, alice, bob } = await aWatchedList();
    await watch(alice, BOB);
    await takeNotify(bob);
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), watchers: "none" });
    await publish(bob, { body: pidf(BOB) });
    expect(header(await takeNotify(alice), "subscription-state")).toBe("terminated;reason=rejected");
    expect(watchersIn(await takeNotify(bob))).toEqual(["sip:alice@example.com terminated rejected"]);
  });

  test("that comes and leaves again and again is in a document once in five seconds, and with all its ends", async () => {
    const { network, alice, bob, watching } = await aWatchedList();
    for (let times = 0; times < 8; times += 1) {
      const within = await watch(alice, BOB);
      await watch(alice, BOB, { within, expires: 0 });
    }
    const atOnce = notifies(bob);
    expect(atOnce).toBeLessThan(1 + 2 * 8);
    await network.pass(5);
    expect(notifies(bob)).toBe(atOnce + 1);
    const documents: SipRequest[] = [];
    while (documents.length < atOnce) documents.push(await takeNotify(bob));
    expect(watchersIn(documents.at(-1) ?? watching.first)).toEqual([ALICE_OVER, ALICE_OVER, ALICE_OVER]);
  });

  test("that came while the list was not watched is in the first document", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await watch(alice, BOB);
    const { first } = await watch(bob, BOB, { event });
    expect(watchersIn(first)).toEqual([ALICE_ACTIVE]);
    expect(watchersIn((await watch(bob, BOB, { event, expires: 0 })).first)).toEqual([ALICE_ACTIVE]);
  });
});

describe("RFC 4662 §4.4: a watcher of a list that the user is in", () => {
  const ALICE = "sip:alice@example.com";
  const GROUP = "sip:support@example.com";
  const eventlist = { lines: ["Supported: eventlist"] };
  const bringing = (body: string) => ({
    body,
    lines: [
      ...eventlist.lines,
      "Require: recipient-list-subscribe",
      "Content-Type: application/resource-lists+xml",
      "Content-Disposition: recipient-list",
    ],
  });

  test("is one of the user's, from the SUBSCRIBE that brings the list (RFC 5367) to its end", async () => {
    const { alice, bob } = await aWatchedList();
    const within = await watch(alice, ALICE, bringing(resourceLists([BOB])));
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_ACTIVE]);
    await watch(alice, ALICE, { within, ...eventlist, expires: 0 });
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_OVER]);
  });

  test("is one of the user's when another body of the list names the user, and no more when a next one does not", async () => {
    const { alice, bob, carol } = await aWatchedList();
    const within = await watch(alice, ALICE, bringing(resourceLists([carol.aor])));
    expect(notifies(bob)).toBe(1);
    await watch(alice, ALICE, { within, ...bringing(resourceLists([carol.aor, BOB])) });
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_ACTIVE]);
    await watch(alice, ALICE, { within, ...bringing(resourceLists([carol.aor])) });
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_OVER]);
  });

  test("of a group is one at once if it is the first, and another one within a quarter of an hour", async () => {
    const { network, alice, bob, carol } = await aWatchedList();
    network.state.addSubscriber({ aor: GROUP, ha1: {}, group: [BOB] });
    const within = await watch(alice, GROUP, { ...eventlist, expires: 3600 });
    expect(watchersIn(await takeNotify(bob))).toEqual([ALICE_ACTIVE]);
    await watch(carol, GROUP, { ...eventlist, expires: 3600 });
    await network.pass(900);
    expect(watchersIn(await takeNotify(bob)).toSorted()).toEqual([
      ALICE_ACTIVE,
      "sip:carol@example.com active subscribe",
    ]);
    await watch(alice, GROUP, { within, ...eventlist, expires: 0 });
    await network.pass(900);
    expect(watchersIn(await takeNotify(bob)).toSorted()).toEqual([
      ALICE_OVER,
      "sip:carol@example.com active subscribe",
    ]);
  });

  test("is not one of the user's if the policy does not let it watch: the list says rejected", async () => {
    const { network, alice, bob, carol } = await aWatchedList();
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), watchers: "contacts", contacts: [carol.aor] });
    await watch(alice, ALICE, bringing(resourceLists([BOB])));
    await watch(carol, carol.aor, bringing(resourceLists([BOB])));
    const documents = [];
    while (notifies(bob) > documents.length + 1) documents.push(watchersIn(await takeNotify(bob)));
    expect(documents.at(-1)).toEqual(["sip:carol@example.com active subscribe"]);
    expect(documents.flat().join()).not.toContain(ALICE);
  });

  test("costs a query for each of 25 lists at most", async () => {
    const lean = Object.values(subscriptions)[0];
    if (lean === undefined) throw new TypeError("there is a sample");
    const rows = Array.from({ length: 60 }, (_, index) => ({
      ...lean,
      resource: `presence;${BOB}`,
      id: String(index),
      version: 1,
      watcher: { flow: "" },
      list: `presence.list;${ALICE};list=${index}`,
    }));
    const asked: (readonly string[])[] = [];
    const read = ({ watchers = [] }: ReadSet) => {
      asked.push(watchers);
      return Promise.resolve({ ...emptySnapshot, subscriptions: asked.length === 1 ? rows : [] });
    };
    const empty = { resource: `${event};${BOB}`, version: 0, joins: 0, publications: [], expiresAt: 0 };
    await withWatcherList(empty, winfo(presence), undefined, { now: 0, read });
    expect(asked.map(({ length }) => length)).toEqual([1, 25]);
  });
});

describe("RFC 3858 §3.1: the document", () => {
  test("is well-formed and full, names the watched state, and has a version that grows by one from 0", async () => {
    const { alice, bob, watching } = await aWatchedList();
    await watch(alice, BOB);
    const documents = [watching.first, await takeNotify(bob)];
    for (const [version, document] of documents.entries()) {
      expect([header(document, "content-type"), header(document, "event")]).toEqual([
        "application/watcherinfo+xml",
        event,
      ]);
      const { root } = parseXml(document.body) ?? {};
      expect([root?.local, root?.namespace]).toEqual(["watcherinfo", "urn:ietf:params:xml:ns:watcherinfo"]);
      expect([root?.attributes.get("version"), root?.attributes.get("state")]).toEqual([String(version), "full"]);
      expect(document.body).toContain(`<watcher-list resource="${BOB}" package="presence">`);
    }
  });

  test("has the addresses of watchers as XML writes them", async () => {
    const { network, bob } = await aWatchedList();
    await watch(await another(network, "d&e"), BOB);
    const document = await takeNotify(bob);
    expect(parseXml(document.body)).toBeDefined();
    expect(watchersIn(document)).toEqual(["sip:d&#38;e@example.com active subscribe"]);
  });

  test("has all of 500 watchers whose addresses have 40 characters", async () => {
    const lean = Object.values(subscriptions)[0];
    if (lean === undefined) throw new TypeError("there is a sample");
    const rows = Array.from({ length: MAX_WATCHERS }, (_, index) => {
      const aor = `sip:desk-${index}-of-the-reception`.padEnd(28, "0");
      return {
        ...lean,
        resource: `presence;${BOB}`,
        version: 1,
        id: `${index}`.padStart(22, "i"),
        watcher: { flow: "flow", aor: `${aor}@example.com` },
      };
    });
    const empty = { resource: `${event};${BOB}`, version: 0, joins: 0, publications: [], expiresAt: 0 };
    const world = { now: 0, read: () => Promise.resolve({ ...emptySnapshot, subscriptions: rows }) };
    const state = await withWatcherList(empty, winfo(presence), undefined, world);
    expect(state.listed).toHaveLength(MAX_WATCHERS);
    expect(Buffer.byteLength(winfo(presence).document(state, BOB, 0, 1, named))).toBeLessThan(MAX_LIST_SIZE);
  });

  test("is bounded in octets, with the watchers that there are room for", async () => {
    const watcher = { flow: "flow", aor: `sip:${"<".repeat(900)}@example.com` };
    const lean = Object.values(subscriptions)[0];
    if (lean === undefined) throw new TypeError("there is a sample");
    const rows = Array.from({ length: 500 }, (_, index) => {
      return { ...lean, resource: `presence;${BOB}`, id: String(index), version: 1, watcher };
    });
    const list = winfo(presence);
    const empty = { resource: `${event};${BOB}`, version: 0, joins: 0, publications: [], expiresAt: 0 };
    const world = { now: 0, read: () => Promise.resolve({ ...emptySnapshot, subscriptions: rows }) };
    const state = await withWatcherList(empty, list, undefined, world);
    expect(state.listed?.length).toBeGreaterThan(5);
    expect(Buffer.byteLength(list.document(state, BOB, 0, 1, named))).toBeLessThan(MAX_LIST_SIZE);
    expect(await withWatcherList(state, list, undefined, world)).toBe(state);
    const none = { now: 0, read: () => Promise.resolve(emptySnapshot) };
    const left = await withWatcherList(state, list, undefined, none);
    expect(left.listed?.every(({ ended }) => ended === "timeout")).toBe(true);
    expect(Buffer.byteLength(list.document(left, BOB, 0, 2, named))).toBeLessThan(MAX_LIST_SIZE);
  });
});

describe("RFC 3857 §4.6: the audience", () => {
  test("is the owner of the watched state alone: another user gets 403, a contact of the owner too", async () => {
    const { network, alice } = await aWatchedList();
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), contacts: ["sip:alice@example.com"] });
    for (const list of [event, "dialog.winfo"]) {
      expect((await subscribe(alice, BOB, { event: list })).ok.status).toBe(403);
    }
    expect(notifies(alice)).toBe(0);
  });
});

describe("RFC 3857 §3: the template", () => {
  test("is applied to the package dialog, too", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await watch(bob, BOB, { event: "dialog.winfo" });
    await watch(alice, BOB);
    await watch(alice, BOB, { event: "dialog" });
    const document = await takeNotify(bob);
    expect(watchersIn(document)).toEqual([ALICE_ACTIVE]);
    expect(document.body).toContain('package="dialog"');
    expect(notifies(bob)).toBe(2);
  });

  test("is not applied to itself, and is served where its package is", async () => {
    const bob = await createNetwork({ calls: "stateless" }).online("bob");
    for (const list of ["presence.winfo.winfo", "dialog.winfo"]) {
      const { ok } = await subscribe(bob, BOB, { event: list });
      expect([ok.status, header(ok, "allow-events")]).toEqual([489, "presence, message-summary, reg, presence.winfo"]);
    }
  });
});

test("where the list is not watched, a watcher that comes, stays and leaves costs no further read or write", async () => {
  const counts = { reads: 0, writes: 0 };
  const network = createNetwork({}, ({ read, commit }) => ({
    read: (keys) => ((counts.reads += 1), read(keys)),
    commit: (changes) => ((counts.writes += changes.length), commit(changes)),
  }));
  const costsOf = async <Value>(action: () => Promise<Value>) => {
    Object.assign(counts, { reads: 0, writes: 0 });
    const value = await action();
    return { value, ...counts };
  };
  const [alice] = [await network.online("alice"), await network.online("bob")];
  const begun = await costsOf(() => watch(alice, BOB));
  expect([begun.reads, begun.writes]).toEqual([3, 5]);
  const refreshed = await costsOf(() => watch(alice, BOB, { within: begun.value }));
  expect([refreshed.reads, refreshed.writes]).toEqual([1, 3]);
  const ended = await costsOf(() => watch(alice, BOB, { within: begun.value, expires: 0 }));
  expect([ended.reads, ended.writes]).toEqual([1, 1]);
  await watch(alice, BOB, { expires: 60 });
  const expired = await costsOf(() => network.pass(65));
  expect([expired.reads, expired.writes]).toEqual([1, 1]);
  expect([...network.state.rows.resourceStates.keys()]).toEqual([`presence;${BOB}`]);
});
