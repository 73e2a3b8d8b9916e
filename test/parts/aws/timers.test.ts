import { expect, test } from "@jest/globals";
import { parseTimer, setTimers, toBody } from "../../../lib/aws/sqs/timers.ts";

/** SQS bills each 64 KB as a request of its own. */
const BILLED_BYTES = 65_536;

test.each([
  { kind: "subscription", resource: "presence;sip:bob@example.com", subscription: "s" },
  { kind: "subscription", resource: "presence;sip:bob@example.com", subscription: "s", expiresAt: 7 },
  { kind: "subscription", resource: "presence;sip:bob@example.com", subscription: "s", looks: 0 },
  { kind: "resource", resource: "presence;sip:bob@example.com" },
  { kind: "resource", resource: "presence;sip:bob@example.com", at: 7 },
  { kind: "resource", resource: "presence;sip:bob@example.com", at: 7, links: 2 },
  { kind: "resource", resource: "presence;sip:bob@example.com", heldUntil: 7, version: 3 },
  { kind: "resource", resource: "presence;sip:bob@example.com", heldUntil: 7, version: 3, isSecond: true },
  { kind: "resource", resource: "presence;sip:bob@example.com", after: 3 },
  { kind: "resource", resource: "presence;sip:bob@example.com", call: "c" },
  { kind: "resource", resource: "presence;sip:bob@example.com", isPolicyChanged: true },
  { kind: "watchers", resource: "presence;sip:bob@example.com", report: 2, after: "s" },
  { kind: "watchers", resource: "presence;sip:bob@example.com", report: 2, after: "s", upTo: "t" },
  { kind: "watchers", resource: "presence;sip:bob@example.com", report: 2, after: "s", isSecond: true },
] as const)("a timer of an event package comes back as it was set: %j", (timer) => {
  expect(parseTimer(toBody(timer))).toStrictEqual(timer);
});

test.each([
  ["short", "INVITE sip:bob@example.com SIP/2.0\r\nSubject: \u0001\ufffe Grüße\r\n\r\n"],
  ["of 60 KB", "INVITE sip:bob@example.com SIP/2.0\r\n\r\n".concat("a=line\r\n".repeat(7500))],
])("a request that is %s comes back with its timer, in one billed message that SQS accepts", async (_, message) => {
  const timer = { kind: "transaction", context: "id", epoch: 2, message } as const;
  const bodies: string[] = [];
  const send = (_queue: string, text: string) => Promise.resolve(void bodies.push(text));
  await setTimers(send, "queue")([{ ...timer, delaySeconds: 32 }]);
  const [body = ""] = bodies;
  expect(parseTimer(body)).toEqual(timer);
  expect(body).toMatch(/^[\x20-\x7e]*$/);
  expect(body.length).toBeLessThan(BILLED_BYTES);
});

test.each([{}, { sent: "00tz1w3f0000-aBcDeFgHiJkL" }, { sent: "00tz1w3f0000-aBcDeFgHiJkL", isSecond: true }] as const)(
  "the timer of waiting messages comes back with %j",
  async (rest) => {
    const timer = { kind: "message", aor: "sip:zoë@example.com", ...rest } as const;
    const bodies: string[] = [];
    await setTimers(
      (_queue, text) => Promise.resolve(void bodies.push(text)),
      "queue",
    )([{ ...timer, delaySeconds: 35 }]);
    expect(parseTimer(bodies[0] ?? "")).toEqual(timer);
  },
);

test("a push that is sent again comes back with its branch and its attempt", async () => {
  const timer = { kind: "push", branch: { context: "id", index: 1 }, attempt: 2 } as const;
  const bodies: string[] = [];
  const send = (_queue: string, text: string) => Promise.resolve(void bodies.push(text));
  await setTimers(send, "queue")([{ ...timer, delaySeconds: 5 }]);
  expect(bodies.map(parseTimer)).toEqual([timer]);
});

test("the push of a text that is sent again comes back with its text, its device, its topic and its attempt", async () => {
  const device = "urn:uuid:00000000-0000-4000-8000-00000000000b";
  const [aor, text] = ["sip:bob@example.com", "00tz1w3f0000-aBcDeFgHiJkL"];
  const timer = { kind: "text push", aor, device, text, topic: "tOpIc", attempt: 2 } as const;
  const bodies: string[] = [];
  const send = (_queue: string, body: string) => Promise.resolve(void bodies.push(body));
  await setTimers(send, "queue")([{ ...timer, delaySeconds: 5 }]);
  expect(bodies.map(parseTimer)).toEqual([timer]);
});

test("the timer of a refresh push comes back with its device and the end of its being woken", async () => {
  const device = "urn:uuid:00000000-0000-4000-8000-00000000000b";
  const timer = {
    kind: "refresh",
    aor: "sip:bob@example.com",
    device,
    wakableUntil: 1_800_003_600,
    at: 1_800_000_000,
  } as const;
  const bodies: string[] = [];
  const send = (_queue: string, text: string) => Promise.resolve(void bodies.push(text));
  await setTimers(send, "queue")([{ ...timer, delaySeconds: 300 }]);
  expect(bodies.map(parseTimer)).toEqual([timer]);
});

const branch = { context: "aBcD", index: 2 };

test.each([{}, { isHungUp: true }, { branch }, { branch, aor: "sip:studio@example.com" }] as const)(
  "the timer of a session at an HTTP endpoint: %j",
  async (offer) => {
    const timer = { kind: "http session", session: "tag", ...offer } as const;
    const bodies: string[] = [];
    const send = (_queue: string, text: string) => Promise.resolve(void bodies.push(text));
    await setTimers(send, "queue")([{ ...timer, delaySeconds: 4 }]);
    expect(bodies.map(parseTimer)).toEqual([timer]);
  },
);
