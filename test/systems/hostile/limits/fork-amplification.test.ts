import { describe, expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../../lib/sip/state/routing-policy.ts";
import { MAX_FORWARDINGS, MAX_MEMBERS, MAX_TARGETS } from "../../../../lib/sip/policy/forking.ts";
import { defaultSettings, type Settings } from "../../../../lib/sip/policy/settings.ts";
import { createNetwork, DOMAIN, type Network } from "../../../support/phone/network.ts";
import type { Phone } from "../../../support/phone/phone.ts";

// One request must not become an unlimited number, whatever policies subscribers store and phones answer: the posts and
// the reads of one INVITE are counted.

interface Counted extends Network {
  readonly posts: { flow: string; text: string }[];
  readonly reads: () => number;
  readonly writes: () => number;
}

/** `isGone`: connections of phones that are in the table only; otherwise they accept every message and never answer. */
function aNetwork(settings: Partial<Settings> = {}, isGone = false): Counted {
  const posts: { flow: string; text: string }[] = [];
  let [reads, writes] = [0, 0];
  const network = createNetwork(settings, (ports) => ({
    read: (keys) => {
      reads += 1;
      return ports.read(keys);
    },
    commit: (changes) => {
      writes += changes.length;
      return ports.commit(changes);
    },
    post: async (flow, text) => {
      posts.push({ flow, text });
      const result = await ports.post(flow, text);
      return flow.includes("#") && !isGone ? "delivered" : result;
    },
  }));
  return { ...network, posts, reads: () => reads, writes: () => writes };
}

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

function subscribe({ state }: Network, user: string, policy: RoutingPolicy): void {
  state.addSubscriber({ aor: aorOf(user), ha1: {}, ...policy });
}

/** Phones of one subscriber, stored as that many REGISTERs would store them. */
async function withPhones(network: Network, user: string, count: number): Promise<void> {
  const bindings = Array.from({ length: count }, (_, n) => ({
    contact: `sip:${user}-${n}@${user}.invalid;transport=ws`,
    flow: `${user}#${n}`,
    registeredAt: network.now(),
    q: 1000,
    expiresAt: network.now() + 500,
    callId: "register",
    cseq: 1,
  }));
  const registration = { aor: aorOf(user), version: 0, bindings };
  await network.state.commit([{ kind: "registration", registration, expiresAt: network.now() + 500 }]);
}

const invites = ({ posts }: Counted) => posts.filter(({ text }) => text.startsWith("INVITE "));

async function call(network: Counted, alice: Phone, user: string): Promise<void> {
  network.posts.splice(0);
  await alice.request("INVITE", aorOf(user));
}

test("a subscriber cannot have more phones than maxBindings, so a call to one rings no more", async () => {
  const network = aNetwork();
  const alice = await network.online("alice");
  for (let n = 0; n < defaultSettings.maxBindings; n += 1) await network.online("bob");
  expect((await network.phone("bob").register()).status).toBe(403);
  await call(network, alice, "bob");
  expect(invites(network)).toHaveLength(defaultSettings.maxBindings);
});

test("an INVITE to a group has 60 branches at a time (Max-Breadth), and 100 in all", async () => {
  const network = aNetwork();
  const alice = await network.online("alice");
  const members = Array.from({ length: 30 }, (_, n) => `member${n}`);
  for (const member of members) await withPhones(network, member, 10);
  subscribe(network, "everybody", { group: members.map(aorOf) });
  await call(network, alice, "everybody");
  expect(invites(network).length).toBeLessThanOrEqual(60);
  await network.pass(1000); // no phone answers: the others are rung, and then the call ends
  const rung = invites(network);
  expect(rung).toHaveLength(MAX_TARGETS);
  expect((await alice.takeFinal("INVITE")).status).toBeGreaterThanOrEqual(400);
});

test("a group whose phones are all gone costs a few reads and writes for each of them, not for each pair", async () => {
  const network = aNetwork({}, true);
  const alice = await network.online("alice");
  const members = Array.from({ length: 50 }, (_, n) => `member${n}`);
  for (const member of members) await withPhones(network, member, 1);
  subscribe(network, "everybody", { group: members.map(aorOf) });
  const before = [network.reads(), network.writes()] as const;
  await call(network, alice, "everybody");
  expect(invites(network)).toHaveLength(50);
  expect(network.reads() - before[0]).toBeLessThanOrEqual(5 * 50);
  expect(network.writes() - before[1]).toBeLessThanOrEqual(5 * 50);
  expect((await alice.takeFinal("INVITE")).status).toBe(480);
});

test("a group of thousands costs as many reads as one of a hundred", async () => {
  const network = aNetwork();
  const alice = await network.online("alice");
  subscribe(network, "everybody", { group: Array.from({ length: 5000 }, (_, n) => aorOf(`member${n}`)) });
  const before = network.reads();
  await call(network, alice, "everybody");
  expect(network.reads() - before).toBeLessThanOrEqual(2 + MAX_MEMBERS);
  expect((await alice.takeFinal("INVITE")).status).toBe(480);
});

test("groups within groups share one breadth: their reads add up and do not multiply", async () => {
  const network = aNetwork();
  const alice = await network.online("alice");
  const width = 12;
  const name = (path: readonly number[]) => ["tree", ...path].join("-");
  const grow = (path: readonly number[]): void => {
    const next = Array.from({ length: width }, (_, n) => [...path, n]);
    subscribe(network, name(path), { group: next.map((below) => aorOf(name(below))) });
    if (path.length < 3) next.forEach(grow);
  };
  grow([]); // 12 x 12 x 12 x 12 members
  const before = network.reads();
  await call(network, alice, "tree");
  expect(network.reads() - before).toBeLessThanOrEqual(1 + (MAX_FORWARDINGS + 1) * MAX_MEMBERS);
});

test("a subscriber in several groups is rung once", async () => {
  const network = aNetwork();
  const alice = await network.online("alice");
  await withPhones(network, "carol", 3);
  subscribe(network, "sales", { group: [aorOf("carol")] });
  subscribe(network, "support", { group: [aorOf("carol"), aorOf("sales")] });
  subscribe(network, "all", { group: [aorOf("sales"), aorOf("support"), aorOf("carol")] });
  await call(network, alice, "all");
  expect(invites(network)).toHaveLength(3);
});

describe("a chain ends", () => {
  test.each<[string, (next: string) => RoutingPolicy]>([
    ["of aliases", (next) => ({ aliasOf: aorOf(next) })],
    ["of forwardings", (next) => ({ forwarding: { always: aorOf(next) } })],
    ["of groups of one", (next) => ({ group: [aorOf(next)] })],
  ])("%s", async (_what, policy) => {
    const network = aNetwork();
    const alice = await network.online("alice");
    for (let n = 0; n < 50; n += 1) subscribe(network, `link${n}`, policy(`link${n + 1}`));
    const before = network.reads();
    await call(network, alice, "link0");
    expect(network.reads() - before).toBeLessThanOrEqual(3 + MAX_FORWARDINGS);
    expect([480, 482]).toContain((await alice.takeFinal("INVITE")).status);
  });

  test("that leads back to its own beginning", async () => {
    const network = aNetwork();
    const alice = await network.online("alice");
    subscribe(network, "a", { group: [aorOf("b"), aorOf("b"), aorOf("b")] });
    subscribe(network, "b", { group: [aorOf("a"), aorOf("a"), aorOf("a")] });
    await call(network, alice, "a");
    expect(invites(network)).toEqual([]);
    expect((await alice.takeFinal("INVITE")).status).toBe(480);
  });
});

test("phones that answer 302 with every known address make no more than 100 branches of one INVITE", async () => {
  const network = aNetwork({ followsRedirects: true });
  const alice = await network.online("alice");
  const everybody = Array.from({ length: 150 }, (_, n) => `friend${n}`);
  for (const friend of everybody) await withPhones(network, friend, 2);
  const bob = await network.online("bob");
  await call(network, alice, "bob");
  const before = network.reads();
  const lines = everybody.map((friend) => `Contact: <${aorOf(friend)}>`);
  await bob.answer(await bob.takeRequest("INVITE"), 302, { lines });
  await network.pass(1000);
  expect(invites(network).length).toBeGreaterThan(10);
  expect(invites(network).length).toBeLessThanOrEqual(MAX_TARGETS);
  expect(network.reads() - before).toBeLessThan(3 * MAX_TARGETS);
});

test.each<[string, (text: string) => string]>([
  ["reasons", (text) => text.replace(" Whatever", ` ${"r".repeat(100_000)}`)],
  [
    "Via lists",
    (text) => text.replace("\r\nFrom:", `\r\nVia: SIP/2.0/WS h;x=${"v".repeat(16_000)}`.repeat(7) + "\r\nFrom:"),
  ],
])("phones that answer with long %s do not fill the row: the caller gets their text", async (_what, bend) => {
  const sizes: number[] = [];
  const network = createNetwork({}, (ports) => ({
    commit: (changes) => {
      for (const change of changes) if (change.kind === "context") sizes.push(JSON.stringify(change.context).length);
      return ports.commit(changes);
    },
  }));
  const alice = await network.online("alice");
  const phones = [await network.online("bob"), await network.online("bob"), await network.online("bob")];
  await alice.request("INVITE", aorOf("bob"));
  for (const phone of phones) {
    const invite = await phone.takeRequest("INVITE");
    for (const status of [183, 486]) await phone.send(bend(phone.writeAnswer(invite, status)));
  }
  expect((await alice.takeFinal("INVITE")).status).toBe(486);
  expect(Math.max(...sizes)).toBeLessThan(10_000);
});
