// The cost of a change with as many watchers as there may be, counted on the rows that DynamoDB would be sent. docs/limits.md
// states it.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { toItem } from "../../../lib/aws/client/attribute-values.ts";
import { MAX_WATCHERS } from "../../../lib/sip/policy/events.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { notifies, pidf, publish, watch } from "../../support/phone/watcher.ts";
import { itemSize } from "./item-size.ts";

const BOB = `sip:bob@${DOMAIN}`;

/** Bytes that one read unit pays for (aws: read consistency). */
const READ_UNIT = 4096;

test("A change with 500 watchers costs what docs/limits.md says: one write, and no other one for a watcher", async () => {
  const counts = { reads: 0, queries: 0, changes: 0, posts: 0, timers: 0 };
  const network = createNetwork({}, (ports) => ({
    read(keys) {
      counts[keys.watchers === undefined ? "reads" : "queries"] += 1;
      return ports.read(keys);
    },
    commit: (changes) => ((counts.changes += changes.length), ports.commit(changes)),
    setTimers: (timers) => ((counts.timers += timers.length), ports.setTimers(timers)),
    post: (flow, text) => ((counts.posts += 1), ports.post(flow, text)),
  }));
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  await watch(alice, BOB);
  const [stored] = network.state.rows.subscriptions.values();
  if (stored === undefined) throw new TypeError("alice's subscription was not stored");
  for (let index = 1; index < MAX_WATCHERS; index += 1) {
    const copy = { ...stored, id: `${index}`.padStart(22, "0"), version: 0 };
    await network.state.commit([{ kind: "subscription", subscription: copy }]);
  }
  const size = MAX_WATCHERS * itemSize(toItem(stored));
  const before = notifies(alice);
  Object.assign(counts, { reads: 0, queries: 0, changes: 0, posts: 0, timers: 0 });

  await publish(bob, { body: pidf(BOB) });
  await network.pass(20);
  expect(notifies(alice) - before).toBe(MAX_WATCHERS);
  expect(counts).toEqual({ reads: 10, queries: 10, changes: 1, posts: MAX_WATCHERS, timers: 9 });

  const units = Math.round((10 * size) / READ_UNIT / 100) * 100;
  const limits = readFileSync(new URL("../../../docs/limits.md", import.meta.url), "utf8").replaceAll(/\s+/g, " ");
  expect(limits).toContain(
    `one write, ${MAX_WATCHERS} posts, 9 timers, and 10 queries of together about ${units} read units`,
  );
});
