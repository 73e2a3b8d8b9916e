// A tracked call whose phones lose their connections: it goes on if they come back in time, and ends if they do not.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const GRACE = 90;

async function aTrackedCall(settings: Partial<Settings> = {}) {
  const network = createNetwork({ calls: "tracked", lostCallSeconds: GRACE, ...settings });
  const alice = await network.online("alice", { flow: "alice-1" });
  const bob = await network.online("bob", { flow: "bob-1" });
  const call = await establish(alice, bob);
  const row = () => [...network.state.rows.contexts.values()].find(({ call: answered }) => answered !== undefined);
  const callsOn = (flow: string) => network.state.rows.flows.get(flow)?.calls ?? [];
  const comeBack = (phone: Phone, user: string, flow: string) =>
    network.online(user, { instance: phone.instance, contact: phone.contact, flow });
  return { network, alice, bob, ...call, row, end: () => row()?.call?.ended, callsOn, comeBack };
}

type Tracked = Awaited<ReturnType<typeof aTrackedCall>>;

const byesTo = (...phones: Phone[]) =>
  phones.map(({ inbox }) => inbox.titles().filter((title) => title === "BYE").length);

describe("A call whose phone has lost its connection", () => {
  describe.each([
    ["caller", ({ alice, bob }: Tracked) => ({ lost: alice, user: "alice", stays: bob })],
    ["callee", ({ alice, bob }: Tracked) => ({ lost: bob, user: "bob", stays: alice })],
  ] as const)("as the %s", (_who, pick) => {
    test("goes on if the phone registers again before the time is over, and its new connection has the call", async () => {
      const call = await aTrackedCall();
      const { lost, user, stays } = pick(call);
      await lost.close();
      await call.network.pass(GRACE - 1);
      await call.comeBack(lost, user, `${user}-2`);
      expect(call.callsOn(`${user}-2`)).toEqual([call.row()?.id]);
      await call.network.pass(3 * GRACE);
      expect(call.end()).toBeUndefined();
      expect(byesTo(stays)).toEqual([0]);
    });

    test("is ended if it does not: BYE to the other phone, which forgets it", async () => {
      const call = await aTrackedCall();
      const { lost, user, stays } = pick(call);
      await lost.close();
      await call.network.pass(GRACE - 1);
      expect(byesTo(stays)).toEqual([0]);
      await call.network.pass(1);
      expect(byesTo(stays)).toEqual([1]);
      expect(call.end()).toEqual({ at: call.network.now(), why: "lost" });
      expect(call.callsOn(user === "alice" ? "bob-1" : "alice-1")).toEqual([]);
      expect(call.network.notes.at(-1)?.fields).toMatchObject({ reason: "call-lost" });
    });

    test("is counted from the last loss: a phone that came back and left again has the whole time once more", async () => {
      const call = await aTrackedCall();
      const { lost, user, stays } = pick(call);
      await lost.close();
      await call.network.pass(10);
      const back = await call.comeBack(lost, user, `${user}-2`);
      await call.network.pass(GRACE - 11);
      await back.close();
      await call.network.pass(GRACE - 1);
      expect(byesTo(stays)).toEqual([0]);
      await call.network.pass(1);
      expect(byesTo(stays)).toEqual([1]);
    });

    test("goes on for a phone that registered on its new connection before the old one closed", async () => {
      const call = await aTrackedCall();
      const { lost, user, stays } = pick(call);
      await call.comeBack(lost, user, `${user}-2`);
      expect(call.callsOn(`${user}-2`)).toEqual([call.row()?.id]);
      await call.network.pass(3 * GRACE);
      expect(byesTo(stays)).toEqual([0]);
    });

    test("is ended too when the gateway does not tell that the connection closed, and a message finds it gone", async () => {
      const call = await aTrackedCall();
      const { user, stays } = pick(call);
      call.network.cut(`${user}-1`);
      await stays.inDialog("INFO", stays === call.alice ? call.caller : call.callee);
      await call.network.pass(GRACE);
      expect(byesTo(stays)).toEqual([1]);
      expect(call.end()?.why).toBe("lost");
    });
  });

  test("is closed without a message when both phones are gone", async () => {
    const call = await aTrackedCall();
    await call.alice.close();
    await call.network.pass(5);
    await call.bob.close();
    await call.network.pass(GRACE + 10);
    expect(call.end()?.why).toBe("lost");
    expect(byesTo(call.alice, call.bob)).toEqual([0, 0]);
  });

  test("waits for the later of two phones that left, and ends for the one that came back", async () => {
    const call = await aTrackedCall();
    await call.alice.close();
    await call.network.pass(GRACE - 10);
    await call.bob.close();
    await call.network.pass(20);
    expect(call.end()).toBeUndefined();
    const back = await call.comeBack(call.bob, "bob", "bob-2");
    await call.network.pass(GRACE);
    expect(call.end()?.why).toBe("lost");
    expect(byesTo(back)).toEqual([1]);
  });

  test("begins with the time of a lost connection for a caller that is away at the answer", async () => {
    const network = createNetwork({ calls: "tracked", lostCallSeconds: GRACE });
    const alice = await network.online("alice", { flow: "alice-1" });
    const bob = await network.online("bob", { flow: "bob-1" });
    await alice.request("INVITE", bob.aor);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180);
    await alice.close();
    await bob.answer(received, 200);
    const row = [...network.state.rows.contexts.values()].find(({ call }) => call !== undefined);
    expect(network.state.rows.flows.get("bob-1")?.calls).toEqual([row?.id]);
    await network.pass(GRACE - 1);
    const back = await network.online("alice", { instance: alice.instance, contact: alice.contact, flow: "alice-2" });
    expect(network.state.rows.flows.get("alice-2")?.calls).toEqual([row?.id]);
    await network.pass(2 * GRACE);
    expect(byesTo(back, bob)).toEqual([0, 0]);
  });

  test("is not noticed where calls are stateless", async () => {
    const call = await aTrackedCall({ calls: "stateless" });
    await call.bob.close();
    await call.network.pass(3 * GRACE);
    expect(call.row()).toBeUndefined();
    expect(byesTo(call.alice)).toEqual([0]);
  });
});

describe("The BYE of this server", () => {
  test("to the callee is the caller's in everything but its sequence number, which is above all that it has used", async () => {
    const call = await aTrackedCall();
    await call.alice.close();
    await call.network.pass(GRACE);
    const bye = await call.bob.takeRequest("BYE");
    expect(bye.uri).toBe(call.bob.contact);
    expect(header(bye, "from")).toBe(header(call.received, "from"));
    expect(header(bye, "to")).toBe(header(call.ok, "to"));
    expect(header(bye, "call-id")).toBe(call.invite.callId);
    expect(header(bye, "cseq")).toBe(`${2 ** 31 - 1} BYE`);
    expect(header(bye, "reason")).toBe('Q.850;cause=27;text="The other phone lost its connection"');
    await call.bob.answer(bye, 200);
    expect(call.network.notes.at(-1)?.fields).toMatchObject({ reason: "response-without-next-hop" });
  });

  test("to the caller is the callee's, to the Contact of the INVITE", async () => {
    const call = await aTrackedCall();
    await call.bob.close();
    await call.network.pass(GRACE);
    const bye = await call.alice.takeRequest("BYE");
    expect(bye.uri).toBe(call.alice.contact);
    expect(header(bye, "from")).toBe(header(call.ok, "to"));
    expect(header(bye, "to")).toBe(header(call.received, "from"));
  });

  test("goes out once more when its timer is delivered again, as the same request", async () => {
    const call = await aTrackedCall();
    await call.bob.close();
    await call.network.pass(GRACE);
    const id = call.row()?.id ?? "";
    await call.network.signaling.timerDue({ kind: "call", call: id, why: "flow closed" });
    const [first, second] = [await call.alice.takeRequest("BYE"), await call.alice.takeRequest("BYE")];
    expect(second).toEqual(first);
    expect(call.network.notes.at(-1)?.fields).toMatchObject({ reason: "bye-repeated" });
  });

  test("goes out although four processes have ended before it, where a failed timer comes again after 168 s", async () => {
    const call = await aTrackedCall();
    await call.bob.close();
    await call.network.pass(GRACE);
    const timer = { kind: "call", call: call.row()?.id ?? "", why: "flow closed" } as const;
    await call.network.pass(4 * 168);
    await call.network.signaling.timerDue(timer);
    expect(byesTo(call.alice)).toEqual([2]);
    await call.network.pass(168);
    await call.network.signaling.timerDue({ ...timer, why: "operator" }); // of a call that has ended otherwise
    expect(byesTo(call.alice)).toEqual([2]);
  });
});

describe("The row of a tracked call", () => {
  test("has its times, and both connections know it", async () => {
    const network = createNetwork({ calls: "tracked" });
    const [alice, bob] = [await network.online("alice", { flow: "a" }), await network.online("bob", { flow: "b" })];
    const start = network.now();
    await alice.request("INVITE", bob.aor);
    const received = await bob.takeRequest("INVITE");
    await network.pass(1);
    await bob.answer(received, 180);
    await network.pass(4);
    await bob.answer(received, 200);
    const [row] = network.state.rows.contexts.values();
    expect(row).toMatchObject({
      startedAt: start,
      call: { index: 0, tag: "bob-tag", contact: bob.contact, ringingAt: start + 1, answeredAt: start + 5 },
      expiresAt: start + 5 + 12 * 3600,
    });
    expect(["a", "b"].map((flow) => network.state.rows.flows.get(flow)?.calls)).toEqual([[row?.id], [row?.id]]);
  });

  test.each(["caller", "callee"] as const)(
    "is closed by a BYE of the %s, and the connections forget it",
    async (by) => {
      const call = await aTrackedCall();
      if (by === "caller") await call.alice.inDialog("BYE", call.caller);
      else await call.bob.inDialog("BYE", call.callee);
      expect(call.end()).toEqual({ at: call.network.now(), why: "hung up" });
      expect([call.callsOn("alice-1"), call.callsOn("bob-1")]).toEqual([[], []]);
      await call.alice.close();
      await call.bob.close();
      expect(call.network.timers.filter(({ kind }) => kind === "call")).toEqual([]);
    },
  );

  test("is closed once, by the first of two BYEs that cross or are repeated", async () => {
    const call = await aTrackedCall();
    await call.alice.inDialog("BYE", call.caller);
    const first = call.end();
    await call.network.pass(2);
    await call.bob.inDialog("BYE", call.callee);
    await call.alice.inDialog("BYE", call.caller);
    expect(call.end()).toEqual(first);
  });

  test.each(["caller", "callee"] as const)("is closed by a BYE of the %s when a phone calls itself", async (by) => {
    const network = createNetwork({ calls: "tracked" });
    const alice = await network.online("alice");
    const { caller, callee } = await establish(alice, alice);
    await alice.inDialog("BYE", by === "caller" ? caller : callee);
    expect([...network.state.rows.contexts.values()].map(({ call }) => call?.ended?.why)).toEqual(["hung up"]);
  });

  test("stays when the BYE is for the dialog of another device of a fork", async () => {
    const network = createNetwork({ calls: "tracked" });
    const alice = await network.online("alice");
    const [desk, mobile] = [await network.online("bob"), await network.online("bob")];
    const invite = await alice.request("INVITE", desk.aor);
    const [first, second] = [await desk.takeRequest("INVITE"), await mobile.takeRequest("INVITE")];
    await desk.answer(first, 200, { tag: "desk" });
    await mobile.answer(second, 200, { tag: "mobile" });
    const [one, other] = [await alice.takeResponse(200, "INVITE"), await alice.takeResponse(200, "INVITE")];
    const ended = () => [...network.state.rows.contexts.values()].map(({ call }) => call?.ended?.why);
    await alice.inDialog("BYE", alice.dialogAsCaller(invite, other));
    expect(ended()).toEqual([undefined]);
    expect([...network.state.rows.flows.values()].filter(({ calls }) => calls?.length === 1)).toHaveLength(2);
    await alice.inDialog("BYE", alice.dialogAsCaller(invite, one));
    expect(ended()).toEqual(["hung up"]);
  });
});

describe("The longest call", () => {
  const limited = { longestCallSeconds: 2000 };

  test("is ended by BYE to both phones when its time is over, and not before", async () => {
    const call = await aTrackedCall(limited);
    await call.network.pass(1999);
    expect(byesTo(call.alice, call.bob)).toEqual([0, 0]);
    await call.network.pass(1);
    expect(byesTo(call.alice, call.bob)).toEqual([1, 1]);
    expect(call.end()?.why).toBe("too long");
    expect(call.network.timers).toEqual([]);
  });

  test("has no timer by default", async () => {
    const call = await aTrackedCall();
    expect(call.network.timers.filter(({ kind }) => kind === "call")).toEqual([]);
  });

  test("ends for a phone that has changed its connection on the new one", async () => {
    const call = await aTrackedCall(limited);
    const back = await call.comeBack(call.alice, "alice", "alice-2");
    await call.network.pass(2000);
    expect(byesTo(back, call.bob)).toEqual([1, 1]);
  });
});

test("The operator ends a call by BYE to both phones", async () => {
  const call = await aTrackedCall();
  await call.network.signaling.timerDue({ kind: "call", call: call.row()?.id ?? "", why: "operator" });
  expect(byesTo(call.alice, call.bob)).toEqual([1, 1]);
  expect(call.end()?.why).toBe("operator");
});
