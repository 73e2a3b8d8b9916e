import { describe, expect, test } from "@jest/globals";
import { readLine } from "../../../lib/operations/line.ts";
import { measuresOf } from "../../../lib/operations/records/measures.ts";
import { timerSubject } from "../../../lib/signaling/log-line.ts";
import { callLooks, type Timer } from "../../../lib/sip/timer.ts";

// Every timer counts, whatever its line is called.

const resource = "presence sip:bob@example.com";

/** One of each kind: a new kind does not compile without its row. */
const timers: { readonly [Kind in Timer["kind"]]: readonly Extract<Timer, { readonly kind: Kind }>[] } = {
  transaction: [{ kind: "transaction", context: "c", epoch: 1 }],
  login: [{ kind: "login", flow: "F" }],
  held: [{ kind: "held", aor: "sip:bob@example.com", branch: "b" }],
  call: callLooks.map((why) => ({ kind: "call", call: "c", why })),
  message: [{ kind: "message", aor: "sip:bob@example.com" }],
  push: [{ kind: "push", branch: { context: "c", index: 0 }, attempt: 1 }],
  "text push": [
    { kind: "text push", aor: "sip:bob@example.com", device: "d", text: "00tz1w3f0000-a", topic: "t", attempt: 2 },
  ],
  refresh: [{ kind: "refresh", aor: "sip:bob@example.com", device: "d", wakableUntil: 2, at: 1 }],
  subscription: [{ kind: "subscription", resource, subscription: "s" }],
  resource: [{ kind: "resource", resource }],
  watchers: [{ kind: "watchers", resource, report: 1, after: "s" }],
  "http session": [{ kind: "http session", session: "t" }],
};

function measured(timer: Timer, reason: string): readonly string[] {
  const { name, fields } = timerSubject(timer);
  const line = readLine(0, JSON.stringify({ message: name, ...fields, reason }));
  return line === undefined ? [] : measuresOf(line).map((measure) => measure.name);
}

describe.each(Object.values(timers).flat())("a timer %j", (timer) => {
  test("is counted, and counted as stale if it found nothing to do", () => {
    expect(measured(timer, "call-lost")).toEqual(["TimersFired"]);
    expect(measured(timer, "timer-after-end")).toEqual(["TimersFired", "TimersStale"]);
  });
});

test("a message of a phone is not counted as a timer", () => {
  const line = readLine(0, JSON.stringify({ message: "INVITE sip:timer@example.com", reason: "timer-after-end" }));
  expect(line && measuresOf(line)).toEqual([]);
});
