// The rate of notifications: some changes in a row are reported one by one, and after that the latest of each interval.
import { describe, expect, test } from "@jest/globals";
import { NOTIFY_BURST } from "../../../lib/sip/policy/events.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { basicIn, etagOf, notifies, pidf, publish, subscribe, takeNotify, watch } from "../../support/phone/watcher.ts";

const BOB = "sip:bob@example.com";
const RESOURCE = `presence;${BOB}`;

async function aWatchedBob() {
  const network = createNetwork();
  const alice = await network.online("alice");
  const watching = await watch(alice, BOB, { expires: 3600 });
  return { network, alice, watching, changes: changing(network.phone("bob")) };
}

/** Publishes documents that are numbered. */
function changing(bob: Phone) {
  const last = { number: 0, tag: "" };
  return async (count: number): Promise<void> => {
    for (let change = 0; change < count; change += 1) {
      last.number += 1;
      const ok = await publish(bob, {
        body: pidf(BOB, { id: `t${last.number}` }),
        expires: 3600,
        ...(last.tag !== "" && { tag: last.tag }),
      });
      expect(ok.status).toBe(200);
      last.tag = etagOf(ok);
    }
  };
}

/** Numbers of the documents, and of their NOTIFYs. */
async function seen(watcher: Phone): Promise<string[]> {
  const found: string[] = [];
  for (let count = notifies(watcher) - alreadySeen(watcher); count > 0; count -= 1) {
    const notify = await takeNotify(watcher);
    found.push(`${/ id="t(\d+)"/.exec(notify.body)?.[1] ?? ""} in ${header(notify, "cseq")}`);
  }
  taken.set(watcher, notifies(watcher));
  return found;
}

const taken = new WeakMap<Phone, number>();

function alreadySeen(watcher: Phone): number {
  return taken.get(watcher) ?? 1;
}

describe("RFC 3261 §12.2.1.1: the number of a NOTIFY", () => {
  test("grows by one where a SUBSCRIBE finds a change that nothing has reported", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.phone("bob").register(60);
    const watching = await watch(alice, BOB, { expires: 3600 });
    await network.delayTimers(5); // the look at the state
    await network.pass(61);
    await subscribe(alice, BOB, { within: watching, expires: 3600 });
    const refreshed = await takeNotify(alice);
    expect([watching.first, refreshed].map(basicIn)).toEqual(["open", "closed"]);
    expect([watching.first, refreshed].map((one) => header(one, "cseq"))).toEqual(["1 NOTIFY", "2 NOTIFY"]);
  });
});

describe("RFC 6665 §5.4.10, RFC 3856 §6.10: the rate of notifications", () => {
  test(`a state that changes again and again is reported ${NOTIFY_BURST} times, and after that with its latest change every five seconds, without a gap in the numbers`, async () => {
    const { network, alice, changes } = await aWatchedBob();
    await changes(NOTIFY_BURST + 5);
    expect((await seen(alice)).at(-1)).toBe(`${NOTIFY_BURST} in ${1 + NOTIFY_BURST} NOTIFY`);
    await network.pass(4);
    await changes(1);
    expect(await seen(alice)).toEqual([]);
    await network.pass(1);
    expect(await seen(alice)).toEqual([`${NOTIFY_BURST + 6} in ${2 + NOTIFY_BURST} NOTIFY`]);
    await changes(3);
    await network.pass(5);
    expect(await seen(alice)).toEqual([`${NOTIFY_BURST + 9} in ${3 + NOTIFY_BURST} NOTIFY`]);
  });

  test("twenty changes a second make no more NOTIFYs than one in five seconds, and no more timers", async () => {
    const { network, alice, changes } = await aWatchedBob();
    await changes(NOTIFY_BURST);
    await seen(alice);
    const before = network.timers.length;
    for (let second = 0; second < 20; second += 1) {
      await changes(20);
      expect(network.timers.length).toBeLessThanOrEqual(before + 1);
      await network.pass(1);
    }
    expect(await seen(alice)).toHaveLength(4);
  });

  test("a change after a quiet time is reported at once, and so are those that follow it", async () => {
    const { network, alice, changes } = await aWatchedBob();
    await changes(NOTIFY_BURST + 1);
    await network.pass(5 * NOTIFY_BURST);
    await seen(alice);
    await changes(NOTIFY_BURST - 1);
    expect(await seen(alice)).toHaveLength(NOTIFY_BURST - 1);
  });

  test("a watcher that subscribes, or refreshes, learns the change that is held back, and the next report has a higher number", async () => {
    const { network, alice, watching, changes } = await aWatchedBob();
    await changes(NOTIFY_BURST + 1);
    await seen(alice);
    const { first } = await watch(alice, BOB, { within: watching });
    expect([first.body.includes(`t${NOTIFY_BURST + 1}"`), header(first, "cseq")]).toEqual([
      true,
      `${2 + NOTIFY_BURST} NOTIFY`,
    ]);
    const carol = await network.online("carol");
    const other = await watch(carol, BOB);
    expect(other.first.body).toContain(`t${NOTIFY_BURST + 1}"`);
    await changes(1);
    await network.pass(5);
    expect(header(await takeNotify(alice), "cseq")).toBe(`${3 + NOTIFY_BURST} NOTIFY`);
    expect(header(await takeNotify(carol), "cseq")).toBe("2 NOTIFY");
  });

  test("a change is reported by the next look at the state if its timer was lost with its process", async () => {
    const { network, alice, changes } = await aWatchedBob();
    await changes(NOTIFY_BURST + 1);
    await seen(alice);
    const lost = network.timers.findIndex((timer) => timer.kind === "resource" && timer.heldUntil !== undefined);
    network.timers.splice(lost, 1);
    await network.pass(900);
    expect(await seen(alice)).toEqual([`${NOTIFY_BURST + 1} in ${2 + NOTIFY_BURST} NOTIFY`]);
  });

  test("a timer that fires before its change is stored fires once more", async () => {
    const { network, changes } = await aWatchedBob();
    await changes(1);
    const { version = 0 } = network.state.rows.resourceStates.get(RESOURCE) ?? {};
    const early = { kind: "resource", resource: RESOURCE, heldUntil: network.now(), version: version + 1 } as const;
    await network.signaling.timerDue(early);
    expect(network.timers).toContainEqual(expect.objectContaining({ ...early, isSecond: true }));
    await network.pass(2);
    expect(network.timers).not.toContainEqual(expect.objectContaining(early));
  });
});

test("RFC 3903 §6: a refresh of a publication leaves no gap in the numbers of the NOTIFYs (RFC 3261 §12.2.1.1)", async () => {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), network.phone("bob")];
  await watch(alice, BOB);
  const tag = etagOf(await publish(bob, { body: pidf(BOB) }));
  expect(header(await takeNotify(alice), "cseq")).toBe("2 NOTIFY");
  const refreshed = etagOf(await publish(bob, { tag }));
  await publish(bob, { tag: refreshed, body: pidf(BOB, { basic: "closed" }) });
  expect(header(await takeNotify(alice), "cseq")).toBe("3 NOTIFY");
});
