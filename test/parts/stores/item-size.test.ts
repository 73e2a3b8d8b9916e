// One write unit for a response context (design: Transactions, under 1 KB), measured on real calls.
import { createSecretKey } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { type AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { createDynamoState } from "../../../lib/aws/dynamodb/state.ts";
import { awsPlatform } from "../../../lib/sip/policy/platform.ts";
import { createMemoryBody } from "../../../lib/memory/body.ts";
import { createHandClock, type HandClock } from "../../../lib/memory/clock.ts";
import { respond } from "../../../lib/sip/uas/reply.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import type { Signaling } from "../../../lib/signaling/signaling.ts";
import { type Item, itemSize, WRITE_UNIT } from "./item-size.ts";

describe("The size of an item, by DynamoDB's rules,", () => {
  test.each<[string, Record<string, AttributeValue>, number]>([
    ["counts a text and its name in UTF-8", { né: { S: "é张🎧" } }, 3 + 9],
    ["counts bytes as they are", { b: { B: new Uint8Array(5) } }, 1 + 5],
    ["counts a byte for two significant digits and one more", { n: { N: "12345" } }, 1 + 4],
    ["leaves the zeros of a number at both ends away", { n: { N: "0.001200" }, m: { N: "12000" } }, 2 * (1 + 2)],
    ["counts zero as one byte", { n: { N: "0" } }, 1 + 1],
    ["counts one byte for a boolean and for NULL", { b: { BOOL: false }, n: { NULL: true } }, 2 + 2],
    ["counts three for an empty list and an empty map", { l: { L: [] }, m: { M: {} } }, 2 + 6],
    ["counts one more for each element of a list", { l: { L: [{ S: "ab" }, { S: "" }] } }, 1 + 3 + 3 + 1],
    ["counts one more for each entry of a map", { m: { M: { ab: { S: "cd" } } } }, 1 + 3 + 1 + 2 + 2],
  ])("%s", (_what, item, size) => {
    expect(itemSize(item)).toBe(size);
  });
});

const DOMAIN = "sip.example.com";
const alice = { aor: `sip:alice@${DOMAIN}`, flow: "L0SNAdOFvHcCIhw=", instance: instanceOf("alice") };
const bob = { aor: `sip:bob@${DOMAIN}`, flow: "L0SM9cOFvHcCIhx=", instance: instanceOf("bob") };

/** As JsSIP 3.13 writes it: the lengths of its tokens, the order of its headers. */
const INVITE = [
  `INVITE ${bob.aor} SIP/2.0`,
  "Via: SIP/2.0/WSS 5kdn0rmr9bt7.invalid;branch=z9hG4bK9876543",
  "Max-Forwards: 69",
  `To: <${bob.aor}>`,
  `From: "Alice Liddell" <${alice.aor}>;tag=8o4ujl0i2c`,
  "Call-ID: 0lhlaq3dd1brqr2qv8m1",
  "CSeq: 6789 INVITE",
  `Contact: <sip:kq5lme1r@5kdn0rmr9bt7.invalid;transport=ws;ob>`,
  "Content-Type: application/sdp",
  "Session-Expires: 90",
  "Allow: INVITE,ACK,CANCEL,BYE,UPDATE,MESSAGE,OPTIONS,REFER,INFO,NOTIFY",
  "Supported: timer,ice,replaces,outbound",
  "User-Agent: JsSIP 3.13.8",
  "Content-Length: 5",
  "",
  "v=0\r\n",
].join("\r\n");

const CANCEL = INVITE.replaceAll("INVITE sip", "CANCEL sip")
  .replace("6789 INVITE", "6789 CANCEL")
  .replace(/Contact[\s\S]*/, "Content-Length: 0\r\n\r\n");

describe("A response context with one branch costs one write unit with every write of a call that JsSIP makes and that", () => {
  test.each<[string, (call: TestCall) => Promise<void>, string]>([
    ["is answered", (call) => call.answer(200), "accepted"],
    ["is declined", (call) => call.answer(486), "completed"],
    ["is cancelled", (call) => call.cancel(), "completed"],
    ["no phone answers", (call) => call.expire(), "completed"],
  ])("%s", async (_what, end, lastState) => {
    const call = await ringing();
    await end(call);
    const sizes = call.contexts.map(itemSize);
    expect(sizes.length).toBeGreaterThan(1);
    expect(call.contexts.at(-1)?.["state"]).toEqual({ S: lastState });
    expect(Math.max(...sizes)).toBeLessThan(WRITE_UNIT);
  });
});

test.each([
  ["stateless", "are stored as text: compressing them would cost CPU", ["S"]],
  ["tracked", "are compressed: they have the caller's Contact, for a BYE", ["B"]],
] as const)("While a %s call of JsSIP rings one device, its long parts %s", async (calls, _how, kind) => {
  const { contexts } = await ringing(calls);
  expect(contexts.map(({ long }) => Object.keys(long ?? {}))).toEqual([kind, kind]);
});

interface TestCall {
  /** Every version that was written. */
  readonly contexts: readonly Item[];
  answer(status: number): Promise<void>;
  cancel(): Promise<void>;
  /** The ring time passes. */
  expire(): Promise<void>;
}

/** Alice has called Bob from an IPv6 address, the longest there is, and Bob's phone rings. */
async function ringing(calls = defaultSettings.calls): Promise<TestCall> {
  const { signaling, contexts, posted, clock } = await online(calls);
  await signaling.receive({ flow: alice.flow, text: INVITE, source: "2001:0db8:85a3:08d3:1319:8a2e:0370:7344" });

  async function answer(status: number): Promise<void> {
    const received = parseMessage(posted.find((text) => text.startsWith("INVITE ")) ?? "");
    if (!received.ok || received.message.kind !== "request") throw new Error("no INVITE came to Bob");
    await signaling.receive({
      flow: bob.flow,
      text: serialize({ ...respond(received.message, { status: 200 }, "t6c2d8h1vk"), status }),
    });
  }

  await answer(180);
  return {
    contexts,
    answer,
    async cancel() {
      await signaling.receive({ flow: alice.flow, text: CANCEL });
      await answer(487);
    },
    async expire() {
      await clock.pass(defaultSettings.ringSeconds + 1);
      await signaling.timerDue({ kind: "transaction", context: contexts[0]?.["id"]?.S ?? "", epoch: 1 });
      await answer(487);
    },
  };
}

interface Online {
  readonly signaling: Signaling;
  readonly contexts: readonly Item[];
  /** Texts sent to any connection. */
  readonly posted: readonly string[];
  readonly clock: HandClock;
}

/**
 * Both phones are registered; every change in memory is also written by the DynamoDB store, whose client only measures
 * the rows.
 */
async function online(calls: Settings["calls"]): Promise<Online> {
  const [contexts, posted]: [Item[], string[]] = [[], []];
  const clock = createHandClock(1_790_000_123);
  const scales = createDynamoState(tablesOn(weighing(contexts)), (table) => table);
  const key = createSecretKey(Buffer.from("a signing key"));
  const { signaling, state, connections } = createMemoryBody({
    settings: { ...defaultSettings, domains: [DOMAIN], calls },
    platform: awsPlatform,
    clock,
    random: () => "random",
    keys: () => Promise.resolve({ current: key }),
    instead: ({ commit }) => ({
      async commit(changes) {
        await scales.commit(changes);
        return commit(changes);
      },
      setTimers: () => Promise.resolve(), // the test fires the timers
    }),
  });
  state.addSubscriber({ aor: bob.aor, ha1: {} });
  const expiresAt = clock.now() + 7200;
  for (const { aor, flow, instance } of [alice, bob]) {
    const contact = "sip:9kl2m4pq@a1b2c3d4e5f6.invalid;transport=ws";
    const binding = {
      contact,
      flow,
      instance,
      regId: 1,
      registeredAt: clock.now(),
      q: 1000,
      expiresAt,
      callId: "3uq7vb0l2m1k9d8s7f6g5h",
      cseq: 1,
    };
    connections.open(flow, { send: (text) => void posted.push(text), close: () => undefined });
    await state.commit([
      { kind: "flow", record: { flow, identity: aor, instance, bound: [aor], expiresAt } },
      { kind: "registration", registration: { aor, version: 0, bindings: [binding] }, expiresAt },
    ]);
  }
  return { signaling, contexts, posted, clock };
}

/** A client that keeps the rows of contexts instead of sending them. */
function weighing(contexts: Item[]): DynamoDBClient {
  const db = new DynamoDBClient({ region: "us-east-1" });
  db.middlewareStack.add(
    () => (args) => {
      const { input } = args;
      if ("Item" in input && input.TableName === "transactions") contexts.push(input.Item ?? {});
      return Promise.resolve({ output: { $metadata: {} }, response: {} });
    },
    { step: "initialize", name: "weigh" },
  );
  return db;
}

function instanceOf(user: string): string {
  return `urn:uuid:0b2f5a6e-9c1d-4e8f-8a7b-${Buffer.from(user).toString("hex").padEnd(12, "0")}`;
}
