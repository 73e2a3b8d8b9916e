// A subscription to the list of a group's members, from its SUBSCRIBE to its end.
import { describe, expect, test } from "@jest/globals";
import { MAX_LIST_MEMBERS, MAX_WATCHERS } from "../../../lib/sip/policy/events.ts";
import { header, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import type { Subscriber } from "../../../lib/sip/state/subscriber.ts";
import { createNetwork, type Network, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { type ListNotify, readList } from "../../support/phone/resource-list.ts";
import { basicIn, etagOf, notifies, pidf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const SUPPORT = "sip:support@example.com";
const [ALICE, BOB, CAROL] = ["sip:alice@example.com", "sip:bob@example.com", "sip:carol@example.com"] as const;
const LIST = {
  lines: ["Supported: eventlist", "Accept: application/pidf+xml, application/rlmi+xml, multipart/related"],
};

function addGroup(network: Network, group: readonly string[], more: Partial<Subscriber> = {}, aor = SUPPORT): void {
  network.state.addSubscriber({ aor, ha1: {}, group, ...more });
}

/** Alice is online, and the group has Bob and Carol. */
async function aGroup(settings = {}) {
  const network = createNetwork(settings);
  addGroup(network, [BOB, CAROL]);
  return { network, alice: await network.online("alice") };
}

/** The members of a NOTIFY with their states, such as `bob open, carol closed`. */
function saying(notify: SipRequest): string {
  const { states, documents } = readList(notify);
  const said = [...states].map(([uri, state]) => {
    const document = documents.get(uri);
    return `${uri.slice(4, uri.indexOf("@"))} ${document === undefined ? (state ?? "?") : basicOf(document)}`;
  });
  return said.join(", ");
}

function basicOf(body: string): string {
  return basicIn({ kind: "request", method: "", uri: "", fields: [], body });
}

const head = ({ version, isFull }: ListNotify) => [version, isFull];

/** The members of a group of two are both watched, and both known to be open. */
async function aWatchedGroup() {
  const { network, alice } = await aGroup();
  const [bob, carol] = [await network.online("bob"), await network.online("carol")];
  const watching = await watch(alice, SUPPORT, LIST);
  return { network, alice, bob, carol, watching };
}

describe("RFC 4662 §4.1: a SUBSCRIBE to a list", () => {
  test("is granted with Require: eventlist, and so is each NOTIFY; the Event is that of the members", async () => {
    const { alice } = await aGroup();
    const { ok, first } = await watch(alice, SUPPORT, { ...LIST, event: "presence;id=7" });
    expect([ok.status, header(ok, "require")]).toEqual([200, "eventlist"]);
    expect([header(first, "require"), header(first, "event")]).toEqual(["eventlist", "presence;id=7"]);
    expect(alice.inbox.titles().slice(-2)).toEqual(["200 SUBSCRIBE", "NOTIFY"]);
  });

  test("without Supported: eventlist is 421 with Require, and leaves nothing behind", async () => {
    const { network, alice } = await aGroup();
    const { ok } = await subscribe(alice, SUPPORT);
    expect([ok.status, header(ok, "require")]).toEqual([421, "eventlist"]);
    expect([network.state.rows.subscriptions.size, notifies(alice)]).toEqual([0, 0]);
  });

  test("to the address of a user is a subscription to its state, without Require", async () => {
    const { alice } = await aGroup();
    const { ok, first } = await watch(alice, BOB, LIST);
    expect([ok.status, header(ok, "require"), header(first, "require")]).toEqual([200, undefined, undefined]);
  });

  test("may require eventlist instead; in a package for its owner alone it is refused as before", async () => {
    const { alice } = await aGroup();
    expect((await watch(alice, SUPPORT, { lines: ["Require: eventlist"] })).ok.status).toBe(200);
    expect(
      (await subscribe(alice, SUPPORT, { ...LIST, lines: ["Supported: eventlist"], event: "reg" })).ok.status,
    ).toBe(403);
  });

  test("in the name of the template is 489", async () => {
    const { alice } = await aGroup();
    const { ok } = await subscribe(alice, SUPPORT, { ...LIST, event: "presence.list" });
    expect(ok.status).toBe(489);
    expect(header(ok, "allow-events")).not.toContain("list");
  });
});

describe("RFC 4662 §4.5: NOTIFYs", () => {
  test("the first has all members with their states at once, in one multipart body", async () => {
    const { watching } = await aWatchedGroup();
    const { first } = watching;
    expect(saying(first)).toBe("bob open, carol open");
    expect([readList(first).uri, ...head(readList(first))]).toEqual([SUPPORT, 0, true]);
    expect(header(first, "content-type")).toMatch(
      /^multipart\/related;type="application\/rlmi\+xml";start="<[^">]+@example.com>";boundary="[\w-]{22}"$/,
    );
    expect(first.body).toContain('\r\nContent-Type: application/rlmi+xml;charset="UTF-8"\r\nContent-ID: <');
    expect(first.body).toContain("--\r\n");
  });

  test("the first has version 0 also where a conflict with a member's change has the SUBSCRIBE decided twice", async () => {
    let isOnce = false;
    const network = createNetwork({}, ({ commit }) => ({
      commit: async (changes) => {
        const isJoin = isOnce && changes.some((change) => change.kind === "subscription");
        if (!isJoin) return commit(changes);
        isOnce = false;
        await commit(changes.filter(({ kind }) => kind === "subscription"));
        return "conflict";
      },
    }));
    addGroup(network, [BOB, CAROL]);
    const alice = await network.online("alice");
    await network.online("bob");
    await watch(alice, SUPPORT, LIST);
    isOnce = true;
    const { first } = await watch(alice, SUPPORT, LIST);
    expect([saying(first), ...head(readList(first)), header(first, "cseq")]).toEqual([
      "bob open, carol active",
      0,
      true,
      "1 NOTIFY",
    ]);
  });

  test("a member whose state is not known is active without a document", async () => {
    const { network, alice } = await aGroup();
    await network.online("bob");
    const { first } = await watch(alice, SUPPORT, LIST);
    expect(saying(first)).toBe("bob open, carol active");
  });

  test("a change of a member is one NOTIFY with that member alone, whose version is one more", async () => {
    const { network, alice, bob } = await aWatchedGroup();
    await network.pass(60);
    await bob.close();
    await network.pass(10);
    const changed = await takeNotify(alice);
    expect([saying(changed), ...head(readList(changed)), header(changed, "cseq")]).toEqual([
      "bob closed",
      1,
      false,
      "2 NOTIFY",
    ]);
    expect(notifies(alice)).toBe(2);
  });

  test("repeat what those of the last five seconds said, which they may overtake", async () => {
    const { network, alice, bob, carol } = await aWatchedGroup();
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    await publish(carol, { body: pidf(CAROL, { basic: "closed" }) });
    const [one, two] = [await takeNotify(alice), await takeNotify(alice)];
    expect([saying(one), saying(two)]).toEqual(["bob closed", "carol closed, bob closed"]);
    expect([one, two].map((notify) => readList(notify).version)).toEqual([1, 2]);
    await network.pass(6);
    await publish(carol, { body: pidf(CAROL, { id: "t2" }) });
    expect(saying(await takeNotify(alice))).toContain("carol open");
  });

  test("a member's changes cost the watchers of the list one post each, and no write for a watcher", async () => {
    const { network, alice, bob } = await aWatchedGroup();
    const other = await network.online("alice");
    await watch(other, SUPPORT, LIST);
    const before = network.state.rows.subscriptions;
    const versions = [...before.values()].map(({ version }) => version);
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    expect(saying(await takeNotify(alice))).toBe("bob closed");
    expect(saying(await takeNotify(other))).toBe("bob closed");
    expect([...network.state.rows.subscriptions.values()].map(({ version }) => version)).toEqual(versions);
  });

  test("changes beyond the rate of the package come together in one NOTIFY", async () => {
    const { network, alice, bob, carol } = await aWatchedGroup();
    await network.pass(60);
    let tag: string | undefined;
    for (let change = 0; change < 10; change += 1) {
      const ok = await publish(bob, { body: pidf(BOB, { id: `t${change}` }), ...(tag !== undefined && { tag }) });
      tag = etagOf(ok);
      await takeNotify(alice);
    }
    await network.pass(6);
    const count = notifies(alice);
    await publish(carol, { body: pidf(CAROL, { basic: "closed" }) });
    await takeNotify(alice);
    await publish(carol, { body: pidf(CAROL, { id: "t2", basic: "open" }) });
    await publish(bob, { body: pidf(BOB, { id: "late", basic: "closed" }), ...(tag !== undefined && { tag }) });
    expect(notifies(alice)).toBe(count + 1);
    await network.pass(6);
    expect(notifies(alice)).toBe(count + 2);
    const late = await takeNotify(alice);
    expect([saying(late), readList(late).isFull]).toEqual(["bob closed, carol open closed", true]);
  });

  test("a refresh gets the whole list again", async () => {
    const { alice, network, watching } = await aWatchedGroup();
    expect(watching.target).toBe(`${SUPPORT};list`);
    await network.pass(100);
    const { ok, first } = await watch(alice, SUPPORT, { within: watching, expires: 300 });
    expect([ok.status, header(ok, "require"), saying(first)]).toEqual([200, "eventlist", "bob open, carol open"]);
    expect([...head(readList(first)), header(first, "subscription-state")]).toEqual([1, true, "active;expires=300"]);
  });

  test("the end gets a last NOTIFY with the whole list, and nothing after it", async () => {
    const { alice, bob, network, watching } = await aWatchedGroup();
    const over = await watch(alice, SUPPORT, { within: watching, expires: 0 });
    expect([header(over.first, "subscription-state"), saying(over.first)]).toEqual([
      "terminated;reason=timeout",
      "bob open, carol open",
    ]);
    const count = notifies(alice);
    for (const basic of ["closed", "open", "closed"]) await publish(bob, { body: pidf(BOB, { basic }) });
    await network.pass(60);
    expect(notifies(alice)).toBe(count);
    const left = [...network.state.rows.subscriptions.values()].filter(
      ({ resource }) => resource === `presence;${BOB}`,
    );
    expect(left).toEqual([]);
  });

  test("a fetch gets the whole list once, and stores nothing", async () => {
    const { network, alice } = await aGroup();
    await network.online("bob");
    const { first } = await watch(alice, SUPPORT, { ...LIST, expires: 0 });
    expect([saying(first), header(first, "subscription-state")]).toEqual([
      "bob open, carol active",
      "terminated;reason=timeout",
    ]);
    expect(network.state.rows.subscriptions.size + network.state.rows.resourceStates.size).toBe(0);
  });

  test("a subscription that runs out gets the whole list with timeout", async () => {
    const { network, alice } = await aWatchedGroup();
    const other = await network.online("alice");
    await watch(other, SUPPORT, { ...LIST, expires: 100 });
    await network.pass(102);
    expect(notifies(alice)).toBe(1);
    const last = await takeNotify(other);
    expect([header(last, "subscription-state"), saying(last)]).toEqual([
      "terminated;reason=timeout",
      "bob open, carol open",
    ]);
  });

  test("a watcher that was away gets the whole list on its new connection", async () => {
    const { network, alice, bob } = await aWatchedGroup();
    await network.pass(60);
    await alice.close();
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    const again = await network.online("alice", { instance: alice.instance });
    await network.pass(10);
    const back = await takeNotify(again);
    expect([saying(back), readList(back).isFull]).toEqual(["bob closed, carol open", true]);
  });
});

describe("a list that is large", () => {
  test("has documents of 64 KB in one NOTIFY, and the others in the next ones; in the first they are without a state", async () => {
    const network = createNetwork();
    const members = Array.from({ length: 12 }, (_, index) => `sip:m${index}@example.com`);
    addGroup(network, members);
    for (const aor of members) {
      const user = aor.slice(4, aor.indexOf("@"));
      network.state.addSubscriber({ aor, ha1: secretsOf(user) });
      const phone = await network.online(user);
      await publish(phone, { body: pidf(aor, { more: `<note>${"x".repeat(7000)}</note>` }) });
    }
    const alice = await network.online("alice");
    const first = readList((await watch(alice, SUPPORT, LIST)).first);
    expect([first.isFull, first.states.size]).toEqual([true, 12]);
    const known = new Set(first.documents.keys());
    expect(known.size).toBeGreaterThan(6);
    expect(known.size).toBeLessThan(12);
    for (const [uri, state] of first.states) expect(state === undefined).toBe(!known.has(uri));
    await network.pass(3);
    while (known.size < 12) {
      const next = readList(await takeNotify(alice));
      expect(next.isFull).toBe(false);
      for (const uri of next.documents.keys()) known.add(uri);
    }
    const count = notifies(alice);
    await network.pass(60);
    expect(notifies(alice)).toBe(count);
  });

  test("reaches all of sixty watchers, some by a timer", async () => {
    const { network, bob } = await aWatchedGroup();
    const phones: Phone[] = [];
    for (let index = 0; index < 60; index += 1) {
      const user = `w${index}`;
      network.state.addSubscriber({ aor: `sip:${user}@example.com`, ha1: secretsOf(user) });
      const phone = await network.online(user);
      await watch(phone, SUPPORT, LIST);
      phones.push(phone);
    }
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    await network.pass(1);
    for (const phone of phones) expect(saying(await takeNotify(phone))).toBe("bob closed");
  });

  test("is one of sixty that have the member, and hears of its changes", async () => {
    const network = createNetwork();
    const bob = await network.online("bob");
    const phones: Phone[] = [];
    for (let index = 0; index < 60; index += 1) {
      const [user, group] = [`w${index}`, `sip:g${index}@example.com`];
      network.state.addSubscriber({ aor: `sip:${user}@example.com`, ha1: secretsOf(user) });
      addGroup(network, [BOB], {}, group);
      const phone = await network.online(user);
      await watch(phone, group, LIST);
      phones.push(phone);
    }
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    await network.pass(1);
    for (const phone of phones) expect(saying(await takeNotify(phone))).toBe("bob closed");
  });

  test("has no room for a member that has as many watchers as there may be", async () => {
    const { network, alice } = await aGroup();
    await watch(await network.online("carol"), BOB);
    const stored = network.state.rows.resourceStates.get(`presence;${BOB}`);
    if (stored !== undefined)
      await network.state.commit([{ kind: "resource state", state: { ...stored, watchers: MAX_WATCHERS } }]);
    const { first } = await watch(alice, SUPPORT, LIST);
    expect(saying(first)).toBe("bob giveup, carol open");
  });

  test("has as many members of a group as one list may have", async () => {
    const network = createNetwork();
    addGroup(
      network,
      Array.from({ length: MAX_LIST_MEMBERS + 5 }, (_, index) => `sip:m${index}@example.com`),
    );
    const { first } = await watch(await network.online("alice"), SUPPORT, LIST);
    expect(readList(first).states.size).toBe(MAX_LIST_MEMBERS);
  });
});

test("RFC 4662 §4.5: a 481 to the first NOTIFY has the whole list sent once more, under a number of its own", async () => {
  const { network, alice } = await aGroup();
  await network.online("bob");
  await subscribe(alice, SUPPORT, LIST);
  await takeNotify(alice, 481);
  const again = await takeNotify(alice);
  expect([saying(again), ...head(readList(again))]).toEqual(["bob open, carol active", 1, true]);
});

describe("RFC 4662 §4.4: the policy of each member decides", () => {
  test("a member that does not let the watcher see its state is rejected, and its changes bring no document", async () => {
    const { network, alice } = await aGroup();
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), watchers: "none" });
    const [bob] = [await network.online("bob"), await network.online("carol")];
    const { first } = await watch(alice, SUPPORT, LIST);
    expect(saying(first)).toBe("bob rejected, carol open");
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    expect(saying(await takeNotify(alice))).toBe("bob rejected");
  });

  test("a group that the watcher may not watch is 403", async () => {
    const network = createNetwork();
    addGroup(network, [BOB, CAROL], { watchers: "none" });
    const alice = await network.online("alice");
    expect((await subscribe(alice, SUPPORT, LIST)).ok.status).toBe(403);
  });

  test("a member that closes its state is rejected at once to those that watch the list", async () => {
    const { network, alice, bob } = await aWatchedGroup();
    await network.pass(60);
    const settings = JSON.stringify({ watchers: "none" });
    const ok = await bob.ask("OPTIONS", BOB, {
      to: BOB,
      body: settings,
      lines: [
        "Content-Type: application/vnd.sip-serverless.own-settings+json",
        "Accept: application/vnd.sip-serverless.own-settings+json",
      ],
    });
    expect(ok.status).toBe(200);
    await network.pass(10);
    expect(saying(await takeNotify(alice))).toBe("bob rejected");
  });
});

describe("the members of a group", () => {
  test("of a group within it stand in its place, a group within itself ends, and an address elsewhere has no resource", async () => {
    const network = createNetwork();
    addGroup(network, ["sip:inner@example.com", "sip:zoe@elsewhere.net"]);
    addGroup(network, [BOB, SUPPORT, CAROL], {}, "sip:inner@example.com");
    const alice = await network.online("alice");
    await network.online("bob");
    const { first } = await watch(alice, SUPPORT, LIST);
    expect(saying(first)).toBe("zoe noresource, bob open, carol active");
  });

  test("that change reach its watchers with the next look at the list, as the whole list", async () => {
    const { network, alice, bob, carol, watching } = await aWatchedGroup();
    await watch(alice, SUPPORT, { within: watching, expires: 3600 });
    addGroup(network, [ALICE, CAROL]);
    for (const _minutes of [5, 10]) {
      await network.pass(300);
      for (const phone of [alice, bob, carol]) await phone.register();
    }
    expect(notifies(alice)).toBe(2);
    await network.pass(305);
    const changed = readList(await takeNotify(alice));
    expect([changed.isFull, [...changed.states.keys()]]).toEqual([true, [ALICE, CAROL]]);
  });

  test("that change reach the others with the SUBSCRIBE of one, with the states of the new ones", async () => {
    const { network, alice } = await aWatchedGroup();
    addGroup(network, [ALICE, CAROL]);
    const other = await network.online("carol");
    expect(saying((await watch(other, SUPPORT, LIST)).first)).toBe("alice open, carol open");
    const changed = await takeNotify(alice);
    expect([saying(changed), ...head(readList(changed))]).toEqual(["alice open, carol open", 1, true]);
  });
});

test("a busy lamp of each member: the package dialog has lists, too", async () => {
  const { network, alice, bob } = await aWatchedGroup();
  const { first } = await watch(alice, SUPPORT, { event: "dialog", lines: ["Supported: eventlist"] });
  const { documents } = readList(first);
  expect([...documents.values()].every((text) => text.includes('version="0" state="full"'))).toBe(true);
  await network.pass(60);
  const carol = await network.online("carol");
  await carol.request("INVITE", BOB, {});
  await bob.takeRequest("INVITE");
  const ringing = readList(await takeNotify(alice));
  expect([...ringing.states.keys()]).toContain(BOB);
});
