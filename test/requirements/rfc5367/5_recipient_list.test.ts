// A SUBSCRIBE that brings its list.
import { describe, expect, test } from "@jest/globals";
import { MAX_LIST_MEMBERS, MAX_LIST_SUBSCRIPTIONS, MAX_RECIPIENT_LIST } from "../../../lib/sip/policy/events.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { readList, resourceLists } from "../../support/phone/resource-list.ts";
import {
  notifies,
  pidf,
  publish,
  subscribe,
  takeNotify,
  watch,
  type WatchOptions,
} from "../../support/phone/watcher.ts";

const [ALICE, BOB, CAROL] = ["sip:alice@example.com", "sip:bob@example.com", "sip:carol@example.com"] as const;

const TYPE = "application/resource-lists+xml";
const LINES: readonly string[] = [
  "Supported: eventlist",
  "Require: recipient-list-subscribe",
  `Content-Type: ${TYPE}`,
  "Content-Disposition: recipient-list",
];

/** A SUBSCRIBE that brings this list. */
function bringing(body: string, lines = LINES): WatchOptions {
  return { body, lines };
}

const of = (...uris: readonly string[]) => bringing(resourceLists(uris));

async function threeUsers() {
  const network = createNetwork();
  return {
    network,
    alice: await network.online("alice"),
    bob: await network.online("bob"),
    carol: await network.online("carol"),
  };
}

const statesIn = async (phone: Phone) => Object.fromEntries(readList(await takeNotify(phone)).states);

describe("RFC 5367 §5: a SUBSCRIBE that brings a list", () => {
  test("is one subscription to all of its entries, named as they are", async () => {
    const { alice } = await threeUsers();
    const { ok, first } = await watch(
      alice,
      ALICE,
      of("sip:bob@EXAMPLE.com", CAROL, "sip:zoe@elsewhere.net", "tel:+4930123"),
    );
    expect([ok.status, header(ok, "require"), header(first, "require")]).toEqual([200, "eventlist", "eventlist"]);
    const list = readList(first);
    expect([list.uri, list.version, list.isFull]).toEqual([ALICE, 0, true]);
    expect(Object.fromEntries(list.states)).toEqual({
      "sip:bob@EXAMPLE.com": "active",
      [CAROL]: "active",
      "sip:zoe@elsewhere.net": "noresource",
      "tel:+4930123": "noresource",
    });
    expect(list.documents.get("sip:bob@EXAMPLE.com")).toContain("<basic>open</basic>");
  });

  test("reports changes of its entries to its own dialog alone", async () => {
    const { network, alice, bob, carol } = await threeUsers();
    await watch(alice, ALICE, of(BOB, CAROL));
    await watch(carol, CAROL, of(ALICE));
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    expect(await statesIn(alice)).toEqual({ [BOB]: "active" });
    expect(notifies(carol)).toBe(1);
  });

  test("keeps its list over a refresh without one, and has another after a refresh with one", async () => {
    const { network, alice, bob, carol } = await threeUsers();
    const within = await watch(alice, ALICE, of(BOB));
    expect(within.target).toMatch(/^sip:alice@example\.com;list=[\w-]{22}$/);
    await network.pass(60);
    const kept = readList((await watch(alice, ALICE, { within, lines: ["Supported: eventlist"] })).first);
    expect([kept.version, kept.isFull, [...kept.states.keys()]]).toEqual([1, true, [BOB]]);
    const changed = readList((await watch(alice, ALICE, { within, ...of(CAROL) })).first);
    expect([changed.version, changed.isFull, [...changed.states.keys()]]).toEqual([2, true, [CAROL]]);
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    await publish(carol, { body: pidf(CAROL, { basic: "closed" }) });
    expect(await statesIn(alice)).toEqual({ [CAROL]: "active" });
    expect(notifies(alice)).toBe(4);
  });

  const watchersOf = (network: ReturnType<typeof createNetwork>, aor: string) =>
    [...network.state.rows.subscriptions.values()].filter(({ resource }) => resource === `presence;${aor}`).length;

  test("counts among the watchers of its entries no longer than it lasts", async () => {
    const { network, alice } = await threeUsers();
    const within = await watch(alice, ALICE, of(BOB, CAROL));
    expect([BOB, CAROL].map((aor) => watchersOf(network, aor))).toEqual([1, 1]);
    await watch(alice, ALICE, { within, lines: ["Supported: eventlist"], expires: 0 });
    await network.pass(1);
    expect(network.state.rows.subscriptions.size).toBe(0);
  });

  test("counts among them no longer if its phone does not know the subscription", async () => {
    const { network, alice } = await threeUsers();
    await subscribe(alice, ALICE, of(BOB));
    await takeNotify(alice, 404);
    await network.pass(1);
    expect(network.state.rows.subscriptions.size).toBe(0);
  });

  test("does not count among the watchers of entries that another body has left out", async () => {
    const { network, alice } = await threeUsers();
    const within = await watch(alice, ALICE, of(BOB, ALICE));
    await watch(alice, ALICE, { within, ...of(CAROL, ALICE) });
    expect([ALICE, BOB, CAROL].map((aor) => watchersOf(network, aor))).toEqual([1, 0, 1]);
  });

  test("is not found in the name of a user, whose policy counts", async () => {
    const { network, alice } = await threeUsers();
    const aor = "sip:bob;list=1@example.com";
    network.state.addSubscriber({ aor, ha1: {}, watchers: "none" });
    expect((await subscribe(alice, aor)).ok.status).toBe(403);
  });

  test("is not found by the dialog of another user, nor by a name that was made up", async () => {
    const { alice, bob } = await threeUsers();
    const within = await watch(alice, ALICE, of(BOB));
    expect((await subscribe(bob, ALICE, { within })).ok.status).toBe(481);
    const made = { ...within, target: `${ALICE};list=another` };
    expect((await subscribe(alice, ALICE, { within: made })).ok.status).toBe(481);
  });

  test("with an address without a user stores nothing for it, unless users are kept by another service", async () => {
    const ghost = "sip:ghost@example.com";
    const { network, alice } = await threeUsers();
    const { first } = await watch(alice, ALICE, of(ghost, BOB));
    expect(Object.fromEntries(readList(first).states)).toEqual({ [ghost]: "noresource", [BOB]: "active" });
    expect([...network.state.rows.registrations.keys()]).not.toContain(ghost);

    const tokens = createNetwork({ usersAreElsewhere: true });
    const watching = await watch(await tokens.online("alice"), ALICE, of(ghost));
    expect(Object.fromEntries(readList(watching.first).states)).toEqual({ [ghost]: "active" });
  });

  test("has no place for a group within it", async () => {
    const { network, alice } = await threeUsers();
    network.state.addSubscriber({ aor: "sip:support@example.com", ha1: {}, group: [BOB] });
    const { first } = await watch(alice, ALICE, of("sip:support@example.com"));
    expect(Object.fromEntries(readList(first).states)).toEqual({ "sip:support@example.com": "noresource" });
  });

  const list = resourceLists([BOB]);
  const long = Array.from({ length: MAX_LIST_MEMBERS + 1 }, (_, count) => `sip:u${count}@example.com`);
  const listOfOne = /<list>.*<\/list>/.exec(list)?.[0] ?? "";
  const namespaces = Array.from({ length: 600 }, (_, count) => ` xmlns:n${count}=""`).join("");
  const refused: readonly (readonly [string, WatchOptions, number, string])[] = [
    ["without Supported: eventlist", bringing(list, LINES.slice(1)), 421, "eventlist"],
    ["without a body", { lines: LINES.slice(0, 2) }, 400, ""],
    ["of another type", bringing(BOB, LINES.with(2, "Content-Type: text/uri-list")), 415, `${TYPE} identity`],
    ["of another disposition", bringing(list, LINES.with(3, "Content-Disposition: icon")), 415, `${TYPE} identity`],
    ["that is encoded", bringing("x", [...LINES, "Content-Encoding: deflate"]), 415, `${TYPE} identity`],
    ["that is not well-formed", bringing("<resource-lists>"), 400, ""],
    ["with a document type", bringing(`<!DOCTYPE a>${list}`), 400, ""],
    ["of another namespace", bringing(list.replace("ns:resource-lists", "ns:x")), 400, ""],
    ["without an entry", of(), 400, ""],
    ["with an entry that is no URI", of("bob"), 400, ""],
    ["with more entries than a list may have", of(...long), 413, ""],
    ["with more text than a list may have", of(`sip:${"b".repeat(MAX_RECIPIENT_LIST)}@example.com`), 413, ""],
    [
      "in more lists than it may have",
      bringing(list.replace("<list>", listOfOne.repeat(MAX_LIST_MEMBERS) + "<list>")),
      413,
      "",
    ],
    [
      "with namespaces that its lists repeat",
      bringing(list.replace("<list>", `${listOfOne.repeat(9)}<list>`).replace("><list>", `${namespaces}><list>`)),
      413,
      "",
    ],
    ["with an extension that is not known", bringing(list, [...LINES, "Require: foo"]), 420, "foo"],
    ["in a package for its owner alone", { ...of(BOB), event: "reg" }, 489, ""],
  ];
  test.each(refused)("%s is refused, and stores nothing", async (_what, options, status, names) => {
    const { network, alice } = await threeUsers();
    const { ok } = await subscribe(alice, ALICE, options);
    const named = ["require", "unsupported", "accept", "accept-encoding"].flatMap((name) => header(ok, name) ?? []);
    expect([ok.status, named.join(" ")]).toEqual([status, names]);
    expect([network.state.rows.subscriptions.size, notifies(alice)]).toEqual([0, 0]);
  });

  test("with one user under two names has both, and one subscription to its state", async () => {
    const { network, alice, bob } = await threeUsers();
    await watch(alice, ALICE, of(BOB, "sip:bob@EXAMPLE.com"));
    expect(network.state.rows.resourceStates.get(`presence;${BOB}`)?.watchers).toBe(1);
    await network.pass(60);
    await publish(bob, { body: pidf(BOB, { basic: "closed" }) });
    expect(await statesIn(alice)).toEqual({ [BOB]: "active", "sip:bob@EXAMPLE.com": "active" });
  });

  test("has an entry for each URI once, with XML's own escapes", async () => {
    const { alice } = await threeUsers();
    const { first } = await watch(alice, ALICE, of("sip:bob@example.com;a=&amp;&#x62;", BOB, BOB));
    expect([...readList(first).states.keys()]).toEqual(["sip:bob@example.com;a=&#38;b", BOB]);
  });

  test("is refused beyond the number of lists that a user may have", async () => {
    const { alice } = await threeUsers();
    for (let count = 0; count < MAX_LIST_SUBSCRIPTIONS; count += 1) await watch(alice, ALICE, of(BOB));
    const { ok } = await subscribe(alice, ALICE, of(BOB));
    expect([ok.status, ok.reason]).toEqual([403, "Too Many Subscriptions"]);
    expect((await watch(alice, BOB)).ok.status).toBe(200);
  });
});
