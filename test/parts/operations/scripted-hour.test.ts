import { beforeAll, describe, expect, test } from "@jest/globals";
import type { DeliveredLine } from "../../../lib/aws/records/log-batch.ts";
import { record } from "../../../lib/aws/records/create-recorder.ts";
import { callsIn } from "../../../lib/operations/calls.ts";
import { spentOn } from "../../../lib/operations/cost.ts";
import type { SipEvent } from "../../../lib/operations/records/events.ts";
import type { Measure, MetricName } from "../../../lib/operations/records/measures.ts";
import { type CallSummary, summaryOf } from "../../../lib/operations/records/stored-call.ts";
import { defaultSettings } from "../../../lib/sip/policy/settings.ts";
import { DOMAIN, secretsOf } from "../../support/phone/network.ts";
import { establish } from "../../support/phone/call.ts";
import { type Phone, type SentRequest, tagIn } from "../../support/phone/phone.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { memoryCalls, recordedNetwork } from "../../support/recorded.ts";

// An hour of calls on a clock that the script moves. The script counts for itself what it does; records, metrics, events and
// the cost in the lines must say the same.

/** The outcome of a call as the script knows it. Times in seconds since the INVITE. */
interface Expected {
  readonly state: CallSummary["state"];
  readonly rang?: number;
  readonly answered?: number;
  readonly ended?: number;
  readonly status?: number;
  readonly endedBy?: string;
}

const aor = (user: string) => `sip:${user}@${DOMAIN}`;
const recorded = recordedNetwork({
  lockout: { ...defaultSettings.lockout, pair: { failures: 1000, firstSeconds: 30, longestSeconds: 900 } },
});
const { network, lines, operations } = recorded;
const expected = new Map<string, Expected>();
const counted: Partial<Record<MetricName, number>> = {};
let startedAt = 0;
let forwarded = "";

function count(name: MetricName, number = 1): void {
  counted[name] = (counted[name] ?? 0) + number;
}

async function online(user: string, flow?: string): Promise<Phone> {
  count("RegistrationsAdded");
  return network.online(user, flow === undefined ? {} : { flow });
}

async function offline(phone: Phone): Promise<void> {
  await phone.close();
  count("RegistrationsRemoved");
  count("FlowsClosed");
}

/**
 * The refusal of an INVITE, and its ACK (RFC 3261 §17.1.1.3). Refusals of earlier calls may come once more, and are passed
 * over.
 */
async function refusalOf(caller: Phone, invite: SentRequest): Promise<number> {
  let response = await caller.takeFinal("INVITE");
  while (header(response, "call-id") !== invite.callId) response = await caller.takeFinal("INVITE");
  await caller.request("ACK", invite.uri, { ...invite, toTag: tagIn(header(response, "to")) });
  return response.status;
}

/** Rings after two seconds, is answered after five, and lasts as long as it says. */
async function answered(alice: Phone, bob: Phone, seconds: number, hangsUp: "caller" | "callee"): Promise<string> {
  const invite = await alice.request("INVITE", bob.aor);
  const received = await bob.takeRequest("INVITE");
  await network.pass(2);
  await bob.answer(received, 180);
  await network.pass(3);
  await bob.answer(received, 200);
  const ok = await alice.takeResponse(200, "INVITE");
  const [caller, callee] = [alice.dialogAsCaller(invite, ok), bob.dialogAsCallee(received)];
  await alice.inDialog("ACK", caller, { cseq: invite.cseq });
  await bob.takeRequest("ACK");
  await network.pass(seconds);
  const [one, other, dialog] = hangsUp === "caller" ? [alice, bob, caller] : [bob, alice, callee];
  await one.inDialog("BYE", dialog);
  await other.answer(await other.takeRequest("BYE"), 200);
  await one.takeFinal("BYE");
  expected.set(invite.callId, { state: "ended", rang: 2, answered: 5, ended: 5 + seconds, endedBy: one.aor });
  return invite.callId;
}

async function refused(alice: Phone, bob: Phone, status: number): Promise<void> {
  const invite = await alice.request("INVITE", bob.aor);
  await network.pass(1);
  await bob.answer(await bob.takeRequest("INVITE"), status);
  await refusalOf(alice, invite);
  expected.set(invite.callId, { state: "failed", status, ended: 1 });
}

async function cancelled(alice: Phone, bob: Phone): Promise<void> {
  const invite = await alice.request("INVITE", bob.aor);
  const received = await bob.takeRequest("INVITE");
  await bob.answer(received, 180);
  await network.pass(4);
  await alice.request("CANCEL", invite.uri, invite);
  await bob.answer(await bob.takeRequest("CANCEL"), 200);
  await bob.answer(received, 487);
  await refusalOf(alice, invite);
  expected.set(invite.callId, { state: "failed", status: 487, rang: 0, ended: 4, endedBy: alice.aor });
}

/** Two phones ring; the second answers, the first is cancelled. */
async function forked(alice: Phone, desk: Phone, mobile: Phone): Promise<void> {
  const invite = await alice.request("INVITE", desk.aor);
  const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
  await network.pass(1);
  await desk.answer(first, 180, { tag: "desk" });
  await network.pass(1);
  await mobile.answer(second, 180, { tag: "mobile" });
  await network.pass(1);
  await mobile.answer(second, 200, { tag: "mobile" });
  const caller = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
  await alice.inDialog("ACK", caller, { cseq: invite.cseq });
  await desk.answer(await desk.takeRequest("CANCEL"), 200);
  await desk.answer(first, 487, { tag: "desk" });
  await network.pass(10);
  await alice.inDialog("BYE", caller);
  await mobile.answer(await mobile.takeRequest("BYE"), 200);
  expected.set(invite.callId, { state: "ended", rang: 1, answered: 3, ended: 13, endedBy: alice.aor });
}

/** Dave is busy, and his calls go to Carol then. */
async function toBusyDave(alice: Phone, dave: Phone, carol: Phone): Promise<void> {
  const invite = await alice.request("INVITE", dave.aor);
  await dave.answer(await dave.takeRequest("INVITE"), 486);
  const received = await carol.takeRequest("INVITE");
  await network.pass(2);
  await carol.answer(received, 200);
  const caller = alice.dialogAsCaller(invite, await alice.takeResponse(200, "INVITE"));
  await alice.inDialog("ACK", caller, { cseq: invite.cseq });
  await network.pass(30);
  await alice.inDialog("BYE", caller);
  await carol.answer(await carol.takeRequest("BYE"), 200);
  forwarded = invite.callId;
  expected.set(invite.callId, { state: "ended", answered: 2, ended: 32, endedBy: alice.aor });
}

/** Alice talks to Bob, sends him to Carol, and leaves: his call to Carol is a call of its own. */
async function transferred(alice: Phone, bob: Phone, carol: Phone): Promise<void> {
  const { invite, caller } = await establish(alice, bob);
  await network.pass(20);
  await alice.inDialog("REFER", caller, { lines: [`Refer-To: <${carol.aor}>`] });
  await bob.answer(await bob.takeRequest("REFER"), 202);
  await alice.takeFinal("REFER");
  await answered(bob, carol, 40, "callee");
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expected.set(invite.callId, { state: "ended", rang: 0, answered: 0, ended: 65, endedBy: alice.aor });
}

/** The re-INVITE is refused, which is not the end of the call. */
async function withRefusedHold(alice: Phone, bob: Phone): Promise<void> {
  const { invite, caller } = await establish(alice, bob);
  await network.pass(5);
  await alice.inDialog("INVITE", caller);
  await bob.answer(await bob.takeRequest("INVITE"), 488);
  await refusalOf(alice, invite);
  await network.pass(5);
  await alice.inDialog("BYE", caller);
  await bob.answer(await bob.takeRequest("BYE"), 200);
  expected.set(invite.callId, { state: "ended", rang: 0, answered: 0, ended: 10, endedBy: alice.aor });
}

/** The phone that rang is away and does not come back. */
async function vanished(alice: Phone): Promise<void> {
  const flow = `vanishing at ${network.now()}`; // no connection has the id of an earlier one
  const carol = await online("carol", flow);
  const invite = await alice.request("INVITE", carol.aor);
  await carol.answer(await carol.takeRequest("INVITE"), 180);
  network.cut(flow);
  await network.signaling.flowClosed(flow);
  count("RegistrationsRemoved");
  count("FlowsClosed");
  count("DeadFlows"); // the CANCEL of the server
  const before = network.now();
  const refusals = () => alice.inbox.titles().filter((title) => title === "480 INVITE").length;
  for (const heard = refusals(); refusals() === heard; ) await network.pass(1);
  await refusalOf(alice, invite);
  expected.set(invite.callId, { state: "failed", status: 480, rang: 0, ended: network.now() - before });
}

async function noAnswer(alice: Phone, bob: Phone): Promise<void> {
  const invite = await alice.request("INVITE", bob.aor);
  await bob.takeRequest("INVITE");
  await network.pass(32);
  expect(await refusalOf(alice, invite)).toBe(408);
  await network.pass(40);
  expected.set(invite.callId, { state: "failed", status: 408, ended: 32 });
}

async function toNobody(alice: Phone): Promise<void> {
  const invite = await alice.request("INVITE", aor("frank"));
  await refusalOf(alice, invite);
  expected.set(invite.callId, { state: "failed", status: 404, ended: 0 });
}

/** A client that is not signed in is asked for credentials first: that is not a call yet. */
async function challenged(bob: Phone): Promise<void> {
  const alice = network.phone("alice");
  const first = await alice.request("INVITE", bob.aor);
  const credentials = alice.credentials(await alice.takeFinal("INVITE"), first);
  const invite = await alice.request("INVITE", bob.aor, { callId: first.callId, lines: [credentials] });
  await bob.answer(await bob.takeRequest("INVITE"), 486);
  expect(await refusalOf(alice, invite)).toBe(486);
  expected.set(invite.callId, { state: "failed", status: 486, ended: 0 });
}

async function failedLogin(user: string): Promise<void> {
  const phone = network.phone(user);
  const wrong = await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor });
  const answer = phone.credentials(await phone.takeFinal("REGISTER"), wrong, "wrong");
  await phone.request("REGISTER", `sip:${DOMAIN}`, { to: phone.aor, callId: wrong.callId, lines: [answer] });
  await phone.takeFinal("REGISTER");
  count("FailedLogins");
}

/** The connection of a phone is gone before a message is sent to it. */
async function toDeadFlow(alice: Phone): Promise<void> {
  const flow = `dead at ${network.now()}`;
  await online("carol", flow);
  network.cut(flow);
  const invite = await alice.request("INVITE", aor("carol"));
  await refusalOf(alice, invite);
  count("DeadFlows");
  count("RegistrationsRemoved");
  expected.set(invite.callId, { state: "failed", status: 480, ended: 0 });
}

beforeAll(async () => {
  const { state } = network;
  state.addSubscriber({ aor: aor("dave"), ha1: secretsOf("dave"), forwarding: { busy: aor("carol") } });
  startedAt = network.now();
  const end = startedAt + 3600;
  for (let round = 0; network.now() < end - 600; round += 1) {
    const [alice, bob, carol, dave] = [
      await online("alice"),
      await online("bob"),
      await online("carol"),
      await online("dave"),
    ];
    await answered(alice, bob, 10 * round, round % 2 === 0 ? "caller" : "callee");
    for (const status of [486, 603, 480, 500]) await refused(alice, bob, status);
    await cancelled(alice, bob);
    await toBusyDave(alice, dave, carol);
    await transferred(alice, bob, carol);
    await withRefusedHold(alice, bob);
    await offline(carol);
    await vanished(alice);
    await toDeadFlow(alice);
    await toNobody(alice);
    const mobile = await online("bob");
    await forked(alice, bob, mobile);
    await offline(mobile);
    await noAnswer(alice, bob);
    if (round === 0) await challenged(bob);
    await failedLogin("alice");
    for (const phone of [alice, bob, dave]) await offline(phone);
  }
  await network.pass(end - network.now());
});

/** Everything that is made of lines, in batches of this many. */
async function recordedFrom(delivered: readonly DeliveredLine[], size: number) {
  const calls = memoryCalls();
  const events: SipEvent[] = [];
  const measures: Measure[] = [];
  for (let from = 0; from < delivered.length; from += size) {
    await record(delivered.slice(from, from + size), {
      calls,
      publish: (some) => Promise.resolve(void events.push(...some)),
      measure: (some) => void measures.push(...some),
    });
  }
  return { calls: [...calls.rows.values()].map(summaryOf), events, measures };
}

/** As the script writes it. */
function toExpected(call: CallSummary | undefined): Expected {
  if (call === undefined) throw new TypeError("a call without a beginning");
  const { state, startedAt: start, rangAt, answeredAt, endedAt, status, endedBy } = call;
  const since = (at: number) => (at - start) / 1000;
  return {
    state,
    ...(rangAt !== undefined && { rang: since(rangAt) }),
    ...(answeredAt !== undefined && { answered: since(answeredAt) }),
    ...(endedAt !== undefined && { ended: since(endedAt) }),
    ...(status !== undefined && { status }),
    ...(endedBy !== undefined && { endedBy }),
  };
}

function sums(measures: readonly Measure[]): Partial<Record<MetricName, number>> {
  const total: Partial<Record<MetricName, number>> = {};
  for (const { name, value } of measures) total[name] = (total[name] ?? 0) + value;
  return total;
}

describe("after an hour of calls", () => {
  test("there are many, of every kind", () => {
    expect(network.now() - startedAt).toBe(3600);
    expect(expected.size).toBeGreaterThan(40);
  });

  test("the records are the calls of the script", async () => {
    const { calls } = await recordedFrom(lines, 7);
    const found = new Map(calls.map((call) => [call?.callId, toExpected(call)]));
    expect(found).toEqual(expected);
    expect(calls.find((call) => call?.callId === forwarded)?.forwarded).toBe(`${aor("dave")} user-busy`);
  });

  test("the list of calls out of the log says the same of their ends", () => {
    const found = callsIn(lines.map(({ line }) => line));
    expect(new Map(found.map(({ callId, state, status }) => [callId, state === "failed" ? status : state]))).toEqual(
      new Map([...expected].map(([callId, { state, status }]) => [callId, state === "failed" ? status : state])),
    );
  });

  test("the metrics are the counts of the script", async () => {
    const calls = [...expected.values()];
    const failed = (digit: number) => calls.filter(({ status = 0 }) => Math.floor(status / 100) === digit).length;
    const milliseconds = (time: "rang" | "answered") => calls.reduce((sum, call) => sum + 1000 * (call[time] ?? 0), 0);
    const { measures } = await recordedFrom(lines, 7);
    const { TimersFired, TimersStale, ...rest } = sums(measures);
    expect(rest).toEqual({
      ...counted,
      CallsAttempted: calls.length,
      CallsAnswered: calls.filter(({ answered: at }) => at !== undefined).length,
      CallsEnded: calls.filter(({ state }) => state === "ended").length,
      CallsFailed4xx: failed(4),
      CallsFailed5xx: failed(5),
      CallsFailed6xx: failed(6),
      PostDialDelay: milliseconds("rang"),
      SetupTime: milliseconds("answered"),
    });
    expect(TimersFired).toBeGreaterThan(TimersStale ?? 0);
  });

  test("each call has the events of its milestones, once and in order", async () => {
    const { events } = await recordedFrom(lines, 7);
    const found = new Map<string, string[]>();
    for (const { type, detail } of events) {
      if ("callId" in detail) found.set(detail.callId, [...(found.get(detail.callId) ?? []), type]);
    }
    const milestones = ({ rang, answered: picked }: Expected) => [
      "call.started",
      ...(rang === undefined ? [] : ["call.ringing"]),
      ...(picked === undefined ? [] : ["call.answered"]),
      "call.ended",
    ];
    expect(found).toEqual(new Map([...expected].map(([callId, call]) => [callId, milestones(call)])));
    expect(events.filter(({ type }) => type === "registration.changed")).toHaveLength(
      (counted.RegistrationsAdded ?? 0) + (counted.RegistrationsRemoved ?? 0),
    );
  });

  test("the cost in the lines is that of the operations", () => {
    const { counted: billed } = spentOn(lines.map(({ line }) => line));
    const { reads, writes, timers } = operations;
    expect(billed).toMatchObject({ readUnits: 1.5 * reads, writeUnits: writes, queueRequests: 3 * timers });
  });
});

describe("records, events and metrics stay the same if the lines of the hour come", () => {
  const key = ({ type, detail }: SipEvent) =>
    JSON.stringify("callId" in detail ? [detail.callId, type] : [detail.address, detail.phones]);

  test.each<[string, (delivered: readonly DeliveredLine[]) => readonly DeliveredLine[]]>([
    ["in the opposite order", (delivered) => delivered.toReversed()],
    ["those of responses first", (delivered) => delivered.toSorted((a, b) => (b.line.code ?? 0) - (a.line.code ?? 0))],
  ])("%s", async (_order, change) => {
    const [straight, other] = [await recordedFrom(lines, 7), await recordedFrom(change(lines), 7)];
    expect(byCallId(other.calls)).toEqual(byCallId(straight.calls));
    expect(other.events.map(key).toSorted()).toEqual(straight.events.map(key).toSorted());
    const [{ PostDialDelay: _one, ...counts }, { PostDialDelay: _other, ...otherCounts }] = [
      sums(straight.measures),
      sums(other.measures),
    ];
    expect(otherCounts).toEqual(counts);
  });

  /** Of several phones that ring, the first whose line comes counts. */
  function byCallId(calls: readonly (CallSummary | undefined)[]) {
    const comparable = calls.flatMap((call) => {
      if (call === undefined) return [];
      const { rangAt, ...rest } = call;
      return [{ ...rest, ...(rest.devices === 1 && rangAt !== undefined && { rangAt }) }];
    });
    return new Map(comparable.map((call) => [call.callId, call]));
  }

  test("twice: events go out again, and no others", async () => {
    const [once, twice] = [await recordedFrom(lines, 7), await recordedFrom([...lines, ...lines], lines.length)];
    expect(twice.calls).toEqual(once.calls);
    expect([...new Set(twice.events.map(key))].toSorted()).toEqual([...new Set(once.events.map(key))].toSorted());
    expect(twice.events.length).toBeGreaterThan(once.events.length);
  });
});
