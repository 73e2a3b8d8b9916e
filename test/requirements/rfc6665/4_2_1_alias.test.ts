// A SUBSCRIBE to another name of a user (RFC 6665 §4.2.1, RFC 3261 §16.5).
import { expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import type { WatchPolicy } from "../../../lib/sip/state/watch-policy.ts";
import { createNetwork, secretsOf } from "../../support/phone/network.ts";
import { basicIn, notifies, pidf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const DESK = "sip:desk@example.com";
const OFFICE = "sip:office@example.com";

async function aNetwork(policies: Readonly<Record<string, RoutingPolicy & WatchPolicy>>) {
  const network = createNetwork();
  for (const [aor, policy] of Object.entries(policies)) {
    network.state.addSubscriber({ aor, ha1: secretsOf(aor), ...policy });
  }
  return { network, alice: await network.online("alice") };
}

test("RFC 6665 §4.2.1: a SUBSCRIBE to an alias is one to the address that it stands for, and so is its refresh", async () => {
  const { network, alice } = await aNetwork({ [OFFICE]: { aliasOf: DESK }, [DESK]: { aliasOf: BOB } });
  const watching = await watch(alice, OFFICE);
  expect([watching.ok.status, basicIn(watching.first), watching.target]).toEqual([200, "", BOB]);
  const bob = await network.online("bob");
  expect(basicIn(await takeNotify(alice))).toBe("open");
  expect((await subscribe(alice, OFFICE, { within: watching })).ok.status).toBe(200);
  expect(basicIn(await takeNotify(alice))).toBe("open");
  await publish(bob, { body: pidf(BOB) });
  await takeNotify(alice);
  expect(network.state.rows.subscriptions.size).toBe(1);
});

test("RFC 4235 §3: the lamp of an alias shows the calls of its user", async () => {
  const { network, alice } = await aNetwork({ [DESK]: { aliasOf: BOB } });
  const carol = await network.online("carol");
  const bob = await network.online("bob");
  await watch(carol, DESK, { event: "dialog" });
  await alice.request("INVITE", DESK);
  await bob.answer(await bob.takeRequest("INVITE"), 180);
  expect((await takeNotify(carol)).body).toMatch(/<state>(?:trying|early)<\/state>/);
});

test("RFC 6665 §4.2.1: the user of an alias decides who may watch it", async () => {
  const { alice } = await aNetwork({
    [DESK]: { aliasOf: BOB, watchers: "all" },
    [BOB]: { watchers: "none" },
  });
  expect((await subscribe(alice, DESK)).ok.status).toBe(403);
});

test("RFC 4662 §4.1: a SUBSCRIBE to an alias of a group is one to the list of its members", async () => {
  const { alice } = await aNetwork({ [DESK]: { aliasOf: OFFICE }, [OFFICE]: { group: [BOB] } });
  expect((await subscribe(alice, DESK)).ok.status).toBe(421);
  const { ok, first } = await watch(alice, DESK, { lines: ["Supported: eventlist"] });
  expect([ok.status, first.body]).toEqual([200, expect.stringContaining(`uri="${BOB}"`)]);
});

test.each([
  ["itself", { [DESK]: { aliasOf: DESK } }],
  ["an alias of it", { [DESK]: { aliasOf: OFFICE }, [OFFICE]: { aliasOf: DESK } }],
  ["a foreign address", { [DESK]: { aliasOf: "sip:desk@example.net" } }],
  ["no URI", { [DESK]: { aliasOf: "desk" } }],
])(
  "RFC 3261 §21.4.5: a SUBSCRIBE to an alias that stands for %s is 404 and stores nothing",
  async (_what, policies) => {
    const { network, alice } = await aNetwork(policies);
    expect((await subscribe(alice, DESK)).ok.status).toBe(404);
    expect([notifies(alice), network.state.rows.resourceStates.size]).toEqual([0, 0]);
  },
);
