// The timers of subscriptions: Lambda stops a chain of timers after 16, and a subscription may be refreshed for days.
import { expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import type { TimerRequest } from "../../../lib/sip/timer.ts";
import { createNetwork } from "../../support/phone/network.ts";
import { basicIn, notifies, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const stateIn = (message: Parameters<typeof header>[0]) => header(message, "subscription-state");

function createCountedNetwork() {
  const set: TimerRequest[] = [];
  const network = createNetwork({}, (ports) => ({
    setTimers: (timers) => (set.push(...timers), ports.setTimers(timers)),
  }));
  return { network, set };
}

test("RFC 6665 §4.2.2: a subscription that is refreshed for a day has no chain of timers that the platform would cut, and its end is notified", async () => {
  const { network, set } = createCountedNetwork();
  const alice = await network.online("alice");
  const bob = await network.online("bob");
  let within = await watch(alice, BOB, { expires: 3600 });
  for (let seconds = 0; seconds < 86_400; seconds += 500) {
    await network.pass(500);
    await Promise.all([alice.online(), bob.online()]);
    if (seconds % 3500 === 0) within = await watch(alice, BOB, { within, expires: 3600 });
  }
  const links = set.map((timer) => timer.links ?? 0);
  expect(Math.max(...links)).toBeLessThan(awsPlatform.mostLinks);
  expect(set.length).toBeLessThan(86_400 / 100);
  await network.pass(3700);
  while (stateIn(await takeNotify(alice)) !== "terminated;reason=timeout");
  expect(network.state.rows.subscriptions.size).toBe(0);
});

test("RFC 3856 §6.11: a registration that runs out unseen reaches a watcher that has watched for a day within ten minutes", async () => {
  const { network } = createCountedNetwork();
  const alice = await network.online("alice");
  const bob = await network.online("bob", { flow: "b1" });
  let within = await watch(alice, BOB, { expires: 3600 });
  for (let seconds = 0; seconds < 86_400; seconds += 500) {
    await network.pass(500);
    await Promise.all([alice.online(), bob.online()]);
    if (seconds % 3500 === 0) within = await watch(alice, BOB, { within, expires: 3600 });
  }
  await network.pass(600 + 540);
  expect(basicIn(await takeNotify(alice))).toBe("closed");
});

test("RFC 6665 §4.2.2: the timer of a subscription reads nothing before the end that it belongs to", async () => {
  let reads = 0;
  const network = createNetwork({}, (ports) => ({ read: (keys) => ((reads += 1), ports.read(keys)) }));
  await watch(await network.online("alice"), BOB, { expires: 3600 });
  const timers = network.timers.splice(0).filter(({ kind }) => kind === "subscription");
  reads = 0;
  for (const timer of timers) await network.signaling.timerDue(timer);
  expect([timers.length, reads, network.timers.length]).toEqual([1, 0, 1]);
});

test("RFC 6665 §4.2.1: a SUBSCRIBE that is stored while a timer ends the subscription, as one that has run out, keeps it", async () => {
  let refreshes = 0;
  const network = createNetwork({}, (ports) => ({
    async commit(changes) {
      if (refreshes === 0 && changes.some(({ kind }) => kind === "subscription over")) {
        refreshes += 1;
        const [stored] = network.state.rows.subscriptions.values();
        if (stored === undefined) throw new TypeError("no subscription is stored");
        const subscription = { ...stored, expiresAt: network.now() + 600 };
        await ports.commit([{ kind: "subscription", subscription }]);
      }
      return ports.commit(changes);
    },
  }));
  const alice = await network.online("alice");
  await watch(alice, BOB, { expires: 600 });
  await network.pass(610);
  expect([refreshes, network.state.rows.subscriptions.size, notifies(alice)]).toEqual([1, 1, 1]);
});

test("RFC 6665 §6.2: a watcher whose SUBSCRIBE meets a conflict is counted", async () => {
  let conflicts = 0;
  const network = createNetwork({}, (ports) => ({
    async commit(changes) {
      const join = changes.find(({ kind }) => kind === "resource joined");
      if (join === undefined || conflicts > 0) return ports.commit(changes);
      conflicts += 1;
      await ports.commit(changes.filter((change) => change !== join));
      return "conflict";
    },
  }));
  const [alice, carol] = [await network.online("alice"), await network.online("carol")];
  await watch(alice, BOB);
  await watch(carol, BOB);
  expect(conflicts).toBe(1);
  expect(network.state.rows.resourceStates.get(`presence;${BOB}`)?.watchers).toBe(2);
});
