// The longest waiting time of each side after a connection was lost, in seconds; docs/lost-connections.md has the same table.
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const page = readFileSync(new URL("../../../docs/lost-connections.md", import.meta.url), "utf8");

/** Longer than any ring time. */
const PATIENCE_SECONDS = 250;

/** Seconds until the phone gets such a message; undefined if it gets none. */
async function until(network: Network, phone: Phone, wanted: RegExp): Promise<number | undefined> {
  for (let seconds = 0; seconds <= PATIENCE_SECONDS; seconds += 1) {
    if (phone.inbox.titles().some((title) => wanted.test(title))) return seconds;
    await network.pass(1);
  }
  return undefined;
}

async function pair() {
  const network = createNetwork();
  return { network, alice: await network.online("alice"), bob: await network.online("bob") };
}

/** Alice calls bob, whose phone says 180 unless it is silent. */
async function ringing(isSilent = false) {
  const { network, alice, bob } = await pair();
  await alice.request("INVITE", bob.aor);
  const invite = await bob.takeRequest("INVITE");
  if (!isSilent) await bob.answer(invite, 180);
  return { network, alice, bob };
}

async function calling() {
  const { network, alice, bob } = await pair();
  return { network, alice, bob, ...(await establish(alice, bob)) };
}

/** The longest of the times for connections lost at different moments of the ringing. */
async function longest(measure: (after: number) => Promise<number | undefined>): Promise<number> {
  const times = await Promise.all([0, 1, 10, 31, 32, 33, 50, 61, 62, 63, 100, 150].map(measure));
  return Math.max(...times.map((time = Infinity) => time));
}

const REFUSED = /^[4-6]\d\d INVITE$/;

/** `| situation | side | its wait |` */
const rows: readonly (readonly [row: string, measure: () => Promise<number | undefined>])[] = [
  [
    "| the callee's connection was lost before the INVITE | caller: response | 0 |",
    async () => {
      const { network, alice, bob } = await pair();
      await bob.close();
      await alice.request("INVITE", bob.aor);
      return until(network, alice, REFUSED);
    },
  ],
  [
    "| the callee's connection is lost before its first response | caller: response | 32 |",
    async () => {
      const { network, alice, bob } = await ringing(true);
      await bob.close();
      return until(network, alice, REFUSED);
    },
  ],
  [
    "| the callee's connection is lost while it rings | caller: response | 39 |",
    () =>
      longest(async (after) => {
        const { network, alice, bob } = await ringing();
        await network.pass(after);
        await bob.close();
        return until(network, alice, REFUSED);
      }),
  ],
  [
    "| the caller's connection is lost while the callee rings | callee: CANCEL | 32 |",
    () =>
      longest(async (after) => {
        const { network, alice, bob } = await ringing();
        await network.pass(after);
        await alice.close();
        return until(network, bob, /^CANCEL$/);
      }),
  ],
  ...["BYE", "INVITE", "INFO", "UPDATE", "MESSAGE"].map(
    (method) =>
      [
        `| a connection is lost in a call, then the other side sends ${method === "INVITE" ? "a re-INVITE" : method} | other side: response | 28 |`,
        async () => {
          const { network, alice, bob, callee } = await calling();
          await alice.close();
          await bob.inDialog(method, callee);
          return until(network, bob, new RegExp(`^430 ${method}$`));
        },
      ] as const,
  ),
  [
    "| a connection is lost in a call and the other side sends nothing | other side: BYE | 90 |",
    async () => {
      const { network, alice, bob } = await calling();
      await alice.close();
      return until(network, bob, /^BYE$/);
    },
  ],
];

test.each(rows)("RFC 5626 §4.5, RFC 3261 §16.9: %s", async (row, measure) => {
  const seconds = Number(/\| (\d+) \|$/.exec(row)?.[1]);
  expect(await measure()).toBe(seconds);
  expect(seconds).toBeLessThanOrEqual(row.includes("BYE | 90") ? 90 : 40);
  expect(page).toContain(row);
});

test("RFC 3261 §9.1: a callee that has said nothing gets no CANCEL when the caller is lost, whatever time passes", async () => {
  const { network, alice, bob } = await ringing(true);
  await alice.close();
  expect(await until(network, bob, /^CANCEL$/)).toBeUndefined();
});

test("RFC 3261 §17.1.2.2: a request that a phone got before it was lost is ended by its sender's own timer", async () => {
  const { network, alice, bob, caller } = await calling();
  await alice.inDialog("INFO", caller);
  await bob.takeRequest("INFO");
  await bob.close();
  expect(await until(network, alice, /INFO$/)).toBeUndefined();
});
