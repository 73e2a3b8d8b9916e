// The notifier: a subscription from its SUBSCRIBE to its end.
import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { MAX_SUBSCRIPTIONS, MAX_SUBSCRIPTIONS_TO_ONE, MAX_WATCHERS } from "../../../lib/sip/policy/events.ts";
import type { Subscription } from "../../../lib/sip/state/subscription.ts";
import { createNetwork, type Network, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { basicIn, etagOf, notifies, pidf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const stateIn = (message: Parameters<typeof header>[0]) => header(message, "subscription-state");

/** A user that publishes another document each time; the watcher answers. */
function changing(user: Phone, watcher: Phone) {
  let tag: string | undefined;
  return async (count: number): Promise<void> => {
    for (let change = 0; change < count; change += 1) {
      const ok = await publish(user, { body: pidf(BOB, { id: `t${change}` }), ...(tag !== undefined && { tag }) });
      expect(ok.status).toBe(200);
      tag = etagOf(ok);
      await takeNotify(watcher);
    }
  };
}

/** Four phones with thirty subscriptions each, and the number of their NOTIFYs. */
async function aBobWith120Watchers() {
  const network = createNetwork();
  const watchers: Phone[] = [];
  for (const user of ["w1", "w2", "w3", "w4"]) {
    network.state.addSubscriber({ aor: `sip:${user}@example.com`, ha1: secretsOf(user) });
    const phone = await network.online(user);
    for (let count = 0; count < 30; count += 1) await watch(phone, BOB);
    watchers.push(phone);
  }
  return { network, sum: () => watchers.reduce((all, phone) => all + notifies(phone), 0) };
}

describe("RFC 6665 §4.2.1: SUBSCRIBE", () => {
  test("is granted with the seconds, a Contact and a tag; the 200 comes before the NOTIFY", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const { ok, toTag, first } = await watch(alice, BOB);
    expect([ok.status, header(ok, "expires"), header(ok, "contact")]).toEqual([200, "600", `<${BOB}>`]);
    expect(toTag).not.toBe("");
    expect(alice.inbox.titles().slice(-2)).toEqual(["200 SUBSCRIBE", "NOTIFY"]);
    expect(first.uri).toBe(alice.contact);
    expect(header(first, "from")).toBe(`<${BOB}>;tag=${toTag}`);
    expect([header(first, "event"), stateIn(first)]).toEqual(["presence", "active;expires=600"]);
  });

  test("of an unknown state gets an empty body", async () => {
    const network = createNetwork();
    const { first } = await watch(await network.online("alice"), BOB);
    expect([first.body, header(first, "content-type")]).toEqual(["", undefined]);
  });

  test("without an Event, or for a package that is not served, is 489 with Allow-Events", async () => {
    const alice = await createNetwork().online("alice");
    const answers = [
      await alice.ask("SUBSCRIBE", BOB),
      ...(await Promise.all(
        ["foo", "message-summary.winfo", "dialog;sla"].map(
          async (event) => (await subscribe(alice, BOB, { event })).ok,
        ),
      )),
    ];
    expect(answers.map(({ status }) => status)).toEqual([489, 489, 489, 489]);
    for (const answer of answers) expect(header(answer, "allow-events")).toContain("presence");
    expect(notifies(alice)).toBe(0);
  });

  test.each([
    [{ event: "Presence" }, 200, ""],
    [{ lines: ["Accept: application/foo+xml"] }, 406, ""],
    [{ lines: ["Accept: application/pidf+xml;q=0"] }, 406, ""],
    [{ lines: ["Accept: text/plain, application/*"] }, 200, ""],
    [{ lines: ["Accept: */*, application/pidf+xml;q=0"] }, 406, ""],
    [{ lines: ["Accept: */*;q=0, application/pidf+xml"] }, 200, ""],
    [{ expires: "abc" }, 400, ""],
    [{ expires: 5 }, 423, "60"],
    [{ expires: null }, 200, ""],
    [{ toTag: "unknown" }, 481, ""],
    [{ lines: ["Require: foo"] }, 420, ""],
  ])("%j is %i", async (options, status, least) => {
    const alice = await createNetwork().online("alice");
    const { ok } = await subscribe(alice, BOB, options);
    expect([ok.status, header(ok, "min-expires") ?? ""]).toEqual([status, least]);
    expect(notifies(alice)).toBe(status === 200 ? 1 : 0);
  });

  test("without Expires is granted an hour, which is the most", async () => {
    const alice = await createNetwork().online("alice");
    for (const expires of [null, 99_999_999]) {
      const { ok } = await watch(alice, BOB, { expires });
      expect(header(ok, "expires")).toBe("3600");
    }
  });

  test("from a phone that has not logged in is challenged", async () => {
    const alice = createNetwork().phone("alice");
    await alice.request("SUBSCRIBE", BOB, { lines: ["Event: presence"] });
    expect((await alice.takeFinal("SUBSCRIBE")).status).toBe(407);
    const { ok, first } = await watch(alice, BOB);
    expect([ok.status, stateIn(first)]).toEqual([200, "active;expires=600"]);
  });

  test("fetches the state once, and leaves nothing behind", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob");
    const { ok, first } = await watch(alice, BOB, { expires: 0 });
    expect([header(ok, "expires"), stateIn(first), basicIn(first)]).toEqual(["0", "terminated;reason=timeout", "open"]);
    expect(network.state.rows.subscriptions.size).toBe(0);
    expect(network.state.rows.registrations.get(BOB)?.watched).toBeUndefined();
  });

  test("refreshes: the whole state again, with a higher CSeq and the seconds anew", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB);
    await network.pass(100);
    const again = await watch(alice, BOB, { within, expires: 300 });
    expect([again.ok.status, again.toTag]).toEqual([200, within.toTag]);
    expect(stateIn(again.first)).toBe("active;expires=300");
    expect([within.first, again.first].map((one) => header(one, "cseq"))).toEqual(["1 NOTIFY", "2 NOTIFY"]);
    expect(network.state.rows.subscriptions.size).toBe(1);
  });

  test("with a lower CSeq than the last one is 500, and from another user 481", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const within = await watch(alice, BOB, { cseq: 20 });
    expect((await subscribe(alice, BOB, { within, cseq: 19 })).ok.status).toBe(500);
    expect((await subscribe(carol, BOB, { within, cseq: 21 })).ok.status).toBe(481);
  });

  test("ends with one NOTIFY of the state, after which the dialog is unknown", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB);
    await network.online("bob");
    expect(basicIn(await takeNotify(alice))).toBe("open");
    const over = await watch(alice, BOB, { within, expires: 0 });
    expect([over.ok.status, stateIn(over.first), basicIn(over.first)]).toEqual([
      200,
      "terminated;reason=timeout",
      "open",
    ]);
    expect((await subscribe(alice, BOB, { within })).ok.status).toBe(481);
  });

  test("with another id is another subscription in the same dialog", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const { first } = await watch(alice, BOB, { event: "presence;id=7" });
    expect(header(first, "event")).toBe("presence;id=7");
    const one = await watch(alice, BOB);
    expect((await subscribe(alice, BOB, { within: one, event: "presence;id=8" })).ok.status).toBe(481);
  });

  test("within a dialog between phones, and to one device, goes to the phone", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const uri = `${BOB};gr=${bob.instance}`;
    await alice.request("SUBSCRIBE", uri, { lines: ["Event: dialog"] });
    expect(header(await bob.takeRequest("SUBSCRIBE"), "event")).toBe("dialog");
  });
});

describe("RFC 6665 §4.2.2: NOTIFY", () => {
  test("has the seconds left, with a CSeq that counts the changes", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await watch(alice, BOB);
    await network.pass(100);
    const bob = await network.online("bob");
    const online = await takeNotify(alice);
    expect([header(online, "cseq"), stateIn(online)]).toEqual(["2 NOTIFY", "active;expires=500"]);
    await bob.close();
    await network.pass(1);
    expect(header(await takeNotify(alice), "cseq")).toBe("3 NOTIFY");
  });

  test("that is answered 481 at the very first is tried once more, and after that ends the subscription", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await subscribe(alice, BOB);
    const [first, second] = [await takeNotify(alice, 481), await takeNotify(alice, 481)];
    expect(header(first, "cseq")).toBe(header(second, "cseq"));
    expect(notifies(alice)).toBe(2);
    expect(network.state.rows.subscriptions.size).toBe(0);
  });

  test("of a change that overtakes the 200 to the SUBSCRIBE may be answered 481: the state is sent again some seconds later, with a higher number", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await subscribe(alice, BOB);
    const first = await alice.takeRequest("NOTIFY");
    const bob = await network.online("bob");
    const early = await takeNotify(alice, 481);
    await alice.answer(first, 200, { tag: "" });
    await network.pass(7);
    const again = await takeNotify(alice);
    expect([early, again].map((one) => [basicIn(one), header(one, "cseq")])).toEqual([
      ["open", "2 NOTIFY"],
      ["open", "3 NOTIFY"],
    ]);
    await bob.close();
    await network.pass(1);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test.each([[404], [410], [480], [481], [489], [501], [604]])(
    "that is answered %i ends the subscription, 481 after a second try: no further one, and 481",
    async (status) => {
      const network = createNetwork();
      const alice = await network.online("alice");
      const within = await watch(alice, BOB);
      const bob = await network.online("bob");
      const tries = status === 481 ? 2 : 1;
      for (let count = 0; count < tries; count += 1) await takeNotify(alice, status);
      await bob.close();
      await network.pass(60);
      expect(notifies(alice)).toBe(1 + tries);
      expect((await subscribe(alice, BOB, { within })).ok.status).toBe(481);
    },
  );

  test("that is overtaken by a later one does not end it: the phone answers 500 as it must (RFC 3261 §12.2.2)", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await watch(alice, BOB);
    const bob = await network.online("bob");
    const overtaken = await alice.takeRequest("NOTIFY");
    await bob.close();
    await network.pass(2);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
    await alice.answer(overtaken, 500, { tag: "" });
    await network.online("bob");
    expect(basicIn(await takeNotify(alice))).toBe("open");
  });

  test.each([[401], [408], [486], [500], [503], [603]])(
    "that is answered %i is one of a transaction alone: the watcher has answered, and gets the next one (RFC 5057 §5.1)",
    async (status) => {
      const network = createNetwork();
      const alice = await network.online("alice");
      await subscribe(alice, BOB);
      await takeNotify(alice, status);
      await network.pass(40);
      await network.online("bob");
      expect(basicIn(await takeNotify(alice))).toBe("open");
    },
  );

  test("that is refused for a time only does not end it", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await watch(alice, BOB);
    const bob = await network.online("bob");
    const notify = await alice.takeRequest("NOTIFY");
    await alice.answer(notify, 503, { tag: "", lines: ["Retry-After: 5"] });
    await bob.close();
    await network.pass(2);
    expect(basicIn(await takeNotify(alice))).toBe("closed");
  });

  test("that is not answered for 32 seconds at the beginning ends it", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await subscribe(alice, BOB);
    await network.pass(40);
    await network.online("bob");
    expect(notifies(alice)).toBe(1);
    expect(network.state.rows.subscriptions.size).toBe(0);
    expect((await subscribe(alice, BOB, { within })).ok.status).toBe(481);
  });

  test("to a watcher that is gone delays no other, and is sent once", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice", { flow: "a" }), await network.online("carol")];
    await watch(alice, BOB);
    await watch(carol, BOB);
    network.cut("a");
    const bob = await network.online("bob");
    expect(basicIn(await takeNotify(carol))).toBe("open");
    await bob.close();
    await network.pass(2);
    expect(basicIn(await takeNotify(carol))).toBe("closed");
    const tries = network.notes.filter(({ fields }) => JSON.stringify(fields["sent"] ?? "").includes("NOTIFY > a"));
    expect(tries).toHaveLength(2); // the first of the subscription, and one after the connection was cut
    await network.pass(120);
    expect([...network.state.rows.subscriptions.values()].map(({ watcher }) => watcher.aor)).toEqual([carol.aor]);
  });

  test("goes to a watcher's next connection", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "a1" });
    await watch(alice, BOB);
    network.cut("a1");
    const { instance } = alice;
    const back = await network.online("alice", { flow: "a2", instance });
    await network.online("bob");
    expect(basicIn(await takeNotify(back))).toBe("open");
  });

  test.each([
    ["too large" as const, 1],
    ["busy" as const, 2],
    ["failed" as const, 2],
  ])(
    "that is %s for its connection does not count as a lost device: it is sent %i times, and the next one too",
    async (failure, times) => {
      let isFailing = false;
      let posts = 0;
      const network = createNetwork({}, ({ post }) => ({
        post: async (flow, text) => {
          if (!isFailing || !text.startsWith("NOTIFY")) return post(flow, text);
          posts += 1;
          return failure;
        },
      }));
      const alice = await network.online("alice");
      await watch(alice, BOB);
      isFailing = true;
      const bob = await network.online("bob");
      await network.pass(300);
      expect([posts, network.state.rows.subscriptions.size]).toEqual([times, 1]);
      isFailing = false;
      await bob.close();
      await network.pass(2);
      expect(basicIn(await takeNotify(alice))).toBe("closed");
    },
  );

  test("with the latest state reaches a watcher that comes back some seconds after a change", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "a1" });
    await watch(alice, BOB);
    await alice.close();
    const bob = await network.online("bob");
    await network.pass(2);
    await bob.close();
    const back = await network.online("alice", { flow: "a2", instance: alice.instance });
    await network.pass(30);
    expect(basicIn(await takeNotify(back))).toBe("closed");
    expect(notifies(back)).toBe(1);
  });

  test("reaches a watcher that has been away for 85 s after it, as long as a call survives; one that is away for longer is looked for no more", async () => {
    for (const [seconds, isKept] of [
      [85, true],
      [95, false],
    ] as const) {
      const network = createNetwork();
      const alice = await network.online("alice", { flow: "a1" });
      await subscribe(alice, BOB); // its NOTIFY is not answered
      await alice.close();
      const bob = await network.online("bob");
      await network.pass(40);
      await bob.close();
      await network.pass(seconds - 40);
      const back = await network.online("alice", { flow: "a2", instance: alice.instance });
      await network.pass(10);
      expect([notifies(back), network.state.rows.subscriptions.size]).toEqual(isKept ? [1, 1] : [0, 0]);
    }
  });

  test("says that the subscription has run out", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB, { expires: 1200 });
    await network.pass(1202);
    const last = await takeNotify(alice);
    expect([stateIn(last), header(last, "cseq")]).toEqual(["terminated;reason=timeout", "2 NOTIFY"]);
    expect(network.state.rows.subscriptions.size).toBe(0);
    expect((await subscribe(alice, BOB, { within })).ok.status).toBe(481);
  });

  test("at its old end does not come to a subscription that was refreshed", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB, { expires: 100 });
    await network.pass(90);
    await watch(alice, BOB, { within, expires: 200 });
    await network.pass(150);
    expect(notifies(alice)).toBe(2);
    await network.pass(60);
    expect(stateIn(await takeNotify(alice))).toBe("terminated;reason=timeout");
  });

  test("comes on time if a refresh shortens the subscription", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB, { expires: 3600 });
    await watch(alice, BOB, { within, expires: 60 });
    await network.pass(62);
    expect(stateIn(await takeNotify(alice))).toBe("terminated;reason=timeout");
  });

  test("goes to 120 watchers, in parts of 50 through the queue", async () => {
    const { network, sum } = await aBobWith120Watchers();
    await network.online("bob");
    expect(sum()).toBe(120 + 50);
    await network.pass(1);
    expect(sum()).toBe(240);
  });

  test("goes to those parts also if a publication is refreshed meanwhile, which is stored and not reported", async () => {
    const { network, sum } = await aBobWith120Watchers();
    const bob = network.phone("bob");
    const published = await publish(bob, { body: pidf(BOB), expires: 3600 });
    expect(sum()).toBe(120 + 50);
    expect((await publish(bob, { tag: etagOf(published), expires: 3600 })).status).toBe(200);
    await network.pass(1);
    expect(sum()).toBe(240);
  });

  test("of each tenth change must be answered: a watcher that has stopped to answer is dropped at the next change after that", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const silent = await watch(alice, BOB);
    await watch(carol, BOB);
    const changes = changing(network.phone("bob"), carol);
    await changes(9);
    expect(notifies(alice)).toBe(1 + 9);
    await network.pass(33);
    await changes(2);
    expect(notifies(alice)).toBe(10);
    expect([...network.state.rows.subscriptions.values()].map(({ watcher }) => watcher.aor)).toEqual([carol.aor]);
    expect((await subscribe(alice, BOB, { within: silent })).ok.status).toBe(481);
  });

  test("writes nothing but that mark: 9 of 10 changes store the state alone", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await watch(alice, BOB);
    const versionOf = () => [...network.state.rows.subscriptions.values()].map(({ version }) => version);
    const before = versionOf();
    const changes = changing(network.phone("bob"), alice);
    await changes(8);
    expect(versionOf()).toEqual(before);
    await changes(1);
    expect(versionOf()).toEqual(before.map((version) => version + 2)); // set, and removed by the answer
  });

  test("to a watcher that is found on another connection must be answered if the one before it had to be", async () => {
    const network = createNetwork();
    const alice = await network.online("alice", { flow: "a1" });
    await subscribe(alice, BOB);
    await alice.close();
    const bob = await network.online("bob");
    await network.pass(2);
    const back = await network.online("alice", { flow: "a2", instance: alice.instance });
    await network.pass(10);
    await takeNotify(back);
    await network.pass(60);
    await bob.close();
    await network.pass(1);
    expect(basicIn(await takeNotify(back))).toBe("closed");
  });
});

describe("RFC 6665 §4.1.3: a watcher that may not watch any more", () => {
  const ownSettings = (bob: Phone, settings: object) =>
    bob.ask("OPTIONS", BOB, {
      to: BOB,
      body: JSON.stringify(settings),
      lines: ["Content-Type: application/vnd.sip-serverless.own-settings+json"],
    });

  test.each([
    ["a policy", { watchers: "none" }],
    ["a list of contacts", { watchers: "contacts", contacts: ["sip:carol@example.com"] }],
    ["a block", { blocked: ["sip:alice@example.com"] }],
  ])(
    "gets a NOTIFY with `rejected` after %s of the owner, without the state, and then 403",
    async (_name, settings) => {
      const network = createNetwork();
      const [alice, bob] = [await network.online("alice"), await network.online("bob")];
      const within = await watch(alice, BOB);
      expect((await ownSettings(bob, settings)).status).toBe(200);
      await network.pass(3);
      const last = await takeNotify(alice);
      expect([stateIn(last), last.body, header(last, "cseq")]).toEqual(["terminated;reason=rejected", "", "2 NOTIFY"]);
      expect(network.state.rows.subscriptions.size).toBe(0);
      expect((await subscribe(alice, BOB, { within })).ok.status).toBe(481);
      expect((await subscribe(alice, BOB)).ok.status).toBe(403);
    },
  );

  test("is looked for in the packages that others may watch, and no timer is set for those of the owner alone", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    for (const event of ["reg", "presence.winfo", "message-summary"]) await watch(bob, BOB, { event });
    await watch(alice, BOB);
    await ownSettings(bob, { watchers: "contacts" });
    const looks = network.timers.flatMap((timer) =>
      timer.kind === "resource" && timer.isPolicyChanged === true ? [timer.resource] : [],
    );
    expect(looks).toEqual([`presence;${BOB}`]);
  });

  test("gets it at the next change, or at its refresh, where the operator changed the policy", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    const within = await watch(alice, BOB);
    await watch(carol, BOB);
    network.state.addSubscriber({ aor: BOB, ha1: secretsOf("bob"), watchers: "none" });
    expect((await subscribe(alice, BOB, { within })).ok.status).toBe(403);
    expect(stateIn(await takeNotify(alice))).toBe("terminated;reason=rejected");
    await network.online("bob");
    expect(stateIn(await takeNotify(carol))).toBe("terminated;reason=rejected");
    expect(network.state.rows.subscriptions.size).toBe(0);
  });
});

test("RFC 6665 §4.1.2.3: a refresh of the REGISTER that changes nothing notifies no watcher, at no further read or write", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await watch(alice, BOB);
  const before = network.state.rows.resourceStates.get(`presence;${BOB}`);
  await bob.register();
  expect(notifies(alice)).toBe(1);
  expect(network.state.rows.resourceStates.get(`presence;${BOB}`)).toStrictEqual(before);
});

describe("RFC 6665 §6.2: subscriptions are bounded", () => {
  const ALICE = "sip:alice@example.com";

  /** Subscriptions as they are stored, without a watcher that answers. */
  async function fill(network: Network, count: number, name: (index: number) => Partial<Subscription>) {
    const [stored] = network.state.rows.subscriptions.values();
    if (stored === undefined) throw new TypeError("nothing to copy");
    for (let index = 0; index < count; index += 1) {
      const subscription = { ...stored, id: `copy ${index}`, ...name(index), version: 0 };
      await network.state.commit([{ kind: "subscription", subscription }]);
    }
  }

  const fetched = async (phone: Phone) => (await watch(phone, BOB, { expires: 0 })).ok.status;

  test("of one user: one more is 403 and stores nothing; a refresh and a fetch are not counted", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const within = await watch(alice, BOB);
    await fill(network, MAX_SUBSCRIPTIONS - 1, (index) => ({ resource: `presence;sip:u${index}@example.com` }));
    const { ok } = await subscribe(alice, BOB);
    expect([ok.status, ok.reason]).toEqual([403, "Too Many Subscriptions"]);
    expect(network.state.rows.subscriptions.size).toBe(MAX_SUBSCRIPTIONS);
    expect((await watch(alice, BOB, { within })).ok.status).toBe(200);
    expect(await fetched(alice)).toBe(200);
    await watch(alice, BOB, { within, expires: 0 });
    expect((await watch(alice, BOB)).ok.status).toBe(200);
  });

  test("of one user to one address: one more is 403, and to another address is granted", async () => {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    await watch(alice, BOB);
    await fill(network, MAX_SUBSCRIPTIONS_TO_ONE - 1, () => ({}));
    expect((await subscribe(alice, BOB)).ok.status).toBe(403);
    expect((await watch(alice, ALICE)).ok.status).toBe(200);
    expect((await watch(carol, BOB)).ok.status).toBe(200);
  });

  test("to one address: one more is 503 with Retry-After, at one query a minute; those that have left make room", async () => {
    const queries: string[] = [];
    const network = createNetwork({}, ({ read }) => ({
      read: (keys) => {
        queries.push(...(keys.watchers ?? []));
        return read(keys);
      },
    }));
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    await watch(alice, BOB);
    await fill(network, MAX_WATCHERS - 1, (index) => ({ watcher: { flow: "f", aor: `sip:u${index}@example.com` } }));
    const [resource = ""] = network.state.rows.resourceStates.keys();
    const counted = { watchers: MAX_WATCHERS };
    const row = { kind: "resource joined", resource, version: 1, expiresAt: network.now() + 4000, counted } as const;
    await network.state.commit([row]);
    for (const phone of [carol, carol, alice]) {
      const { ok } = await subscribe(phone, BOB);
      expect([ok.status, ok.reason, header(ok, "retry-after")]).toEqual([503, "Too Many Watchers", "60"]);
    }
    expect(queries).toEqual([resource]);
    expect(network.state.rows.subscriptions.size).toBe(MAX_WATCHERS);
    for (let index = 0; index < 5; index += 1) {
      await network.state.commit([{ kind: "subscription over", resource, id: `copy ${index}` }]);
    }
    await network.pass(61);
    expect((await watch(carol, BOB)).ok.status).toBe(200);
    expect((await watch(carol, BOB)).ok.status).toBe(200);
    expect(queries).toEqual([resource, resource]);
    expect(network.state.rows.resourceStates.get(resource)?.watchers).toBe(MAX_WATCHERS - 5 + 2);
  });
});
