import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { aCounter } from "../../support/phone/counted.ts";
import { createNetwork, DOMAIN, type Line, type Network, secretsOf } from "../../support/phone/network.ts";
import { asleep, bobAor, bobOnline, INSTANCE, push, pushUri } from "./sleeping-phone.ts";

describe("RFC 8599 §5.6.2: a call to a phone without a connection", () => {
  test("sends one push, and the caller waits with 100 Trying", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    expect(alice.inbox.titles().slice(2)).toEqual(["100 INVITE"]);
    expect(network.pushes.sent).toHaveLength(1);
    const [sent] = network.pushes.sent;
    expect(sent?.address).toEqual({
      provider: "webpush",
      prid: "https://push.example/s/1?k=v",
      param: expect.stringMatching(/^B/),
    });
    expect(sent?.ttlSeconds).toBe(32);
    expect(sent?.topic).toMatch(/^[\w-]{32}$/);
  });

  test("costs one read, two changes, one push and one timer: the INVITE waits in the registration", async () => {
    const { work: costs, count, reset } = aCounter();
    const network = createNetwork({ push }, count);
    const alice = await network.online("alice");
    await (await bobOnline(network)).close();
    reset();
    await alice.request("INVITE", bobAor);
    expect({ ...costs, pushes: network.pushes.sent.length }).toEqual({ reads: 1, writes: 2, timers: 1, pushes: 1 });
  });

  test("is readable as declarative Web Push, and holds no Call-ID and no contact", async () => {
    const { network, alice } = await asleep();
    const { callId } = await alice.request("INVITE", bobAor);
    const [sent] = network.pushes.sent;
    const { notice, topic } = sent ?? { notice: "", topic: "" };
    expect(JSON.parse(notice)).toEqual({
      web_push: 8030,
      notification: { title: "alice", body: "is calling", navigate: push.page, tag: topic, silent: false },
      mutable: true,
      sip: { event: "call", call: topic, from: alice.aor, to: bobAor, until: network.now() + 32 },
    });
    expect(notice).not.toContain(callId);
    expect(notice).not.toContain(alice.contact);
  });

  test("rings the phone at once when it registers, by its new contact and without its push address", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    await network.pass(4);
    const back = await bobOnline(network, { uriParameters: pushUri("https://push.example/s/2") });
    const invite = await back.takeRequest("INVITE");
    expect(invite.uri).toBe(back.contact);
    await back.answer(invite, 180);
    await alice.takeResponse(180, "INVITE");
    await back.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("rings it once, however often it registers and however many timers fire", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    const back = await bobOnline(network);
    await back.register();
    await back.answer(await back.takeRequest("INVITE"), 180);
    await network.pass(120);
    expect(back.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("is answered 480 after 32 s if the phone does not come, and the phone's ringing ends by a push", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    await network.pass(31);
    expect(alice.inbox.titles()).not.toContain("480 INVITE");
    await network.pass(1);
    await alice.takeResponse(480, "INVITE");
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["call", "stop"]);
  });

  test("does not ring a phone that comes after the call has ended", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    await network.pass(32);
    const back = await bobOnline(network);
    await network.pass(60);
    expect(back.inbox.titles()).not.toContain("INVITE");
  });

  test("goes where calls without an answer are forwarded", async () => {
    const { network, alice } = await asleep();
    const carol = await network.online("carol");
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), forwarding: { noAnswer: carol.aor } });
    await alice.request("INVITE", bobAor);
    expect(network.pushes.sent).toHaveLength(1);
    await network.pass(32);
    const invite = await carol.takeRequest("INVITE");
    expect(header(invite, "diversion")).toContain("unavailable");
  });

  test("§16.10: a cancelled call is answered 487, and a push of the same topic ends the ringing", async () => {
    const { network, alice } = await asleep();
    const sent = await alice.request("INVITE", bobAor);
    await alice.request("CANCEL", bobAor, sent);
    await alice.takeResponse(200, "CANCEL");
    await alice.takeResponse(487, "INVITE");
    const [call, stop] = network.pushes.sent;
    expect(stop?.why).toBe("stop");
    expect(stop?.topic).toBe(call?.topic);
    expect(JSON.parse(stop?.notice ?? "")).toMatchObject({
      notification: { title: "alice", body: "has called", silent: true },
      sip: { event: "stop" },
    });
    const back = await bobOnline(network);
    expect(back.inbox.titles()).not.toContain("INVITE");
  });

  test("the log has the pushes of each message, and not where they went", async () => {
    const { network, alice } = await asleep();
    const sent = await alice.request("INVITE", bobAor);
    await alice.request("CANCEL", bobAor, sent);
    const pushed = network.notes.flatMap(({ fields: { pushed: one } }) => (one === undefined ? [] : [one]));
    expect(pushed).toEqual([[`call > ${bobAor}`], [`stop > ${bobAor}`]]);
    expect(JSON.stringify(network.notes)).not.toContain("push.example");
  });

  test("a phone that was woken and rings gets CANCEL, and no push", async () => {
    const { network, alice } = await asleep();
    const sent = await alice.request("INVITE", bobAor);
    const back = await bobOnline(network);
    const invite = await back.takeRequest("INVITE");
    await back.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    await back.takeRequest("CANCEL");
    await back.answer(invite, 487);
    await alice.takeResponse(487, "INVITE");
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("rings it beside another phone; the answer there ends the ringing by a push", async () => {
    const { network, alice } = await asleep();
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["call", "stop"]);
    expect(network.pushes.sent[1]?.notice).toContain("was answered on another device");
  });

  test("waits for it although the other phone is busy, and then has the other's response", async () => {
    const { network, alice } = await asleep();
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 486);
    expect(alice.inbox.titles()).not.toContain("486 INVITE");
    await network.pass(32);
    await alice.takeResponse(486, "INVITE");
  });

  test("a 6xx of another phone ends it at once", async () => {
    const { network, alice } = await asleep();
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 603);
    await alice.takeResponse(603, "INVITE");
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["call", "stop"]);
  });

  test("a phone that comes back late rings while the other one rings still", async () => {
    const { network, alice } = await asleep();
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 180);
    await network.pass(40);
    const back = await bobOnline(network);
    await network.pass(30);
    await back.takeRequest("INVITE");
  });

  test("the INVITE of a phone that was woken has 32 s for its first response (§17.1.1.2)", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", bobAor);
    await network.pass(30);
    const back = await bobOnline(network);
    const invite = await back.takeRequest("INVITE");
    await network.pass(31);
    await back.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("a phone that registered while the INVITE was decided rings without a push", async () => {
    const network = createNetwork({ push }, (ports) => ({
      read: async (keys) => {
        const snapshot = await ports.read(keys);
        if (isInviting && keys.registrations?.includes(bobAor)) {
          isInviting = false;
          await phone?.register();
        }
        return snapshot;
      },
    }));
    let isInviting = false;
    const alice = await network.online("alice");
    const bob = await bobOnline(network);
    await bob.close();
    const phone = network.phone("bob", { instance: INSTANCE, uriParameters: pushUri() });
    isInviting = true;
    await alice.request("INVITE", bobAor);
    await phone.takeRequest("INVITE");
    expect(network.pushes.sent).toEqual([]);
  });

  test("of two phones that come back one after the other each gets its INVITE once, although the second REGISTER met a conflict", async () => {
    const later = {
      flow: "later",
      instance: INSTANCE.replace(/b$/, "c"),
      uriParameters: pushUri("https://push.example/s/2"),
    };
    let conflicts = 0;
    const network = createNetwork({ push }, ({ commit }) => ({
      async commit(changes) {
        const isSecond = changes.some(
          (change) => change.kind === "context" && change.context.branches.every(({ state }) => state === "calling"),
        );
        if (!isSecond || conflicts > 0) return commit(changes);
        conflicts += 1;
        return "conflict";
      },
    }));
    const alice = await network.online("alice");
    await (await bobOnline(network)).close();
    await (await bobOnline(network, later)).close();
    await alice.request("INVITE", bobAor);
    const first = await bobOnline(network);
    const second = await bobOnline(network, { ...later, flow: "later again" });
    expect(conflicts).toBe(1);
    const invites = [first, second].map(({ inbox }) => inbox.titles().filter((title) => title === "INVITE").length);
    expect(invites).toEqual([1, 1]);
  });

  test.each([
    ["sleep", async (network: Network, line: Line) => (await bobOnline(network, line)).close()],
    ["are new", () => Promise.resolve()],
  ])(
    "of two phones that %s and register at the same instant each gets its INVITE once, and from its own REGISTER",
    async (_how, before) => {
      const uriParameters = pushUri("https://push.example/s/2");
      const other = { flow: "other", instance: INSTANCE.replace(/b$/, "c"), uriParameters };
      let arrives: (() => Promise<unknown>) | undefined;
      const network: Network = createNetwork({ push }, ({ commit }) => ({
        async commit(changes) {
          const joining = changes.filter(({ kind }) => kind === "context");
          if (arrives === undefined || joining.length === 0) return commit(changes);
          const arrive = arrives;
          arrives = undefined;
          await commit(changes.filter((change) => !joining.includes(change)));
          await arrive();
          return "conflict";
        },
      }));
      const alice = await network.online("alice");
      const desk = await network.online("bob", { flow: "desk" });
      await before(network, { flow: "first-1" });
      await before(network, { ...other, flow: "other-1" });
      await alice.request("INVITE", bobAor);
      await desk.answer(await desk.takeRequest("INVITE"), 180);
      const second = network.phone("bob", other);
      arrives = () => second.register();
      const phones = [await bobOnline(network, { flow: "first" }), second];
      const invites = phones.map(({ inbox }) => inbox.titles().filter((title) => title === "INVITE").length);
      expect(invites).toEqual([1, 1]);
    },
  );

  test.each([
    ["a write in doubt", 1],
    ["no conflict", 0],
  ])(
    "a phone whose connection is gone when its INVITE is sent is woken and waited for, with %s",
    async (_how, doubts) => {
      let left = doubts;
      const network: Network = createNetwork({ push }, ({ commit }) => ({
        async commit(changes) {
          const isWaking = changes.some(
            (one) => one.kind === "context" && one.context.branches.some(({ state }) => state === "waking"),
          );
          const result = await commit(changes);
          if (!isWaking || left === 0) return result;
          left -= 1;
          return "conflict";
        },
      }));
      const alice = await network.online("alice");
      await bobOnline(network, { flow: "phone" });
      network.cut("phone");
      await alice.request("INVITE", bobAor);
      expect(alice.inbox.titles()).not.toContain("480 INVITE");
      expect(network.pushes.sent.map(({ why }) => why)).toEqual(["call"]);
      const back = await bobOnline(network, { flow: "back" });
      await back.answer(await back.takeRequest("INVITE"), 200);
      expect((await alice.takeFinal("INVITE")).status).toBe(200);
    },
  );

  test("a push that is put off while no timer can be set does not become a 500: the timer of the call brings its final response", async () => {
    const network = createNetwork({ push }, ({ setTimers }) => ({
      setTimers: (timers) =>
        timers.some(({ kind }) => kind === "push") ? Promise.reject(new Error("SQS is down")) : setTimers(timers),
    }));
    network.pushes.fail({ retryAfterSeconds: 3 });
    const alice = await network.online("alice");
    await (await bobOnline(network)).close();
    await alice.request("INVITE", bobAor);
    expect(alice.inbox.titles()).not.toContain("500 INVITE");
    await network.pass(200);
    expect((await alice.takeFinal("INVITE")).status).toBe(480);
  });

  test("a phone that two calls wait for rings for both, although storing one of them met a conflict", async () => {
    let hasConflict = false;
    const network = createNetwork({ push }, ({ commit }) => ({
      async commit(changes) {
        const contexts = changes.filter(({ kind }) => kind === "context");
        if (contexts.length < 2 || hasConflict) return commit(changes);
        hasConflict = true;
        await commit(contexts.slice(0, 1));
        return "conflict";
      },
    }));
    const callers = [await network.online("alice"), await network.online("carol")];
    await (await bobOnline(network)).close();
    for (const caller of callers) await caller.request("INVITE", bobAor);
    const back = await bobOnline(network);
    expect(hasConflict).toBe(true);
    expect(back.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(2);
  });

  test("a member of a group in turn that has registered by its turn rings without a push", async () => {
    const { network, alice } = await asleep();
    const carol = await network.online("carol");
    const team = { aor: `sip:team@${DOMAIN}`, ha1: {}, group: [carol.aor, bobAor], groupOrder: "in-turn" } as const;
    network.state.addSubscriber({ ...team, groupSeconds: 10 });
    await alice.request("INVITE", team.aor);
    await carol.answer(await carol.takeRequest("INVITE"), 180);
    const back = await bobOnline(network);
    expect(back.inbox.titles()).not.toContain("INVITE");
    await network.pass(10);
    await back.answer(await back.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
    expect(network.pushes.sent).toEqual([]);
  });
});

describe("RFC 8599 §5.6.1: a phone can be woken", () => {
  const call = async (network: Awaited<ReturnType<typeof asleep>>["network"]) => {
    const caller = await network.online("alice");
    await caller.request("INVITE", bobAor);
    return { caller, count: network.pushes.sent.filter(({ why }) => why === "call").length };
  };

  test("for a settable time after the end of its registration", async () => {
    const { network } = await asleep();
    await network.pass(540 + 3590);
    expect((await call(network)).count).toBe(1);
    await network.pass(60);
    const { caller, count } = await call(network);
    expect(count).toBe(1);
    await caller.takeResponse(480, "INVITE");
  });

  test("when its connection ended without an event", async () => {
    const network = createNetwork({ push });
    await bobOnline(network, { flow: "bob-1" });
    network.cut("bob-1");
    expect((await call(network)).count).toBe(1);
    const back = await bobOnline(network);
    await back.takeRequest("INVITE");
  });

  test("when its registration has expired without a refresh", async () => {
    const network = createNetwork({ push });
    await bobOnline(network);
    await network.pass(700);
    await network.online("bob", { flow: "other" });
    await network.pass(700);
    expect((await call(network)).count).toBe(1);
  });

  test.each(["its own contact", "all contacts"])("until it removes %s", async (what) => {
    const { network } = await asleep();
    const back = network.phone("bob", { instance: INSTANCE });
    if (what === "its own contact") await back.register(0);
    else await back.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines: ["Contact: *", "Expires: 0"] });
    const { caller, count } = await call(network);
    expect(count).toBe(0);
    await caller.takeResponse(480, "INVITE");
  });

  test("until it has unregistered while it was connected", async () => {
    const network = createNetwork({ push });
    const bob = await bobOnline(network);
    await bob.register(0);
    await bob.close();
    expect((await call(network)).count).toBe(0);
  });

  test("not by its GRUU's other devices, and by its own GRUU", async () => {
    const { network, alice } = await asleep();
    await alice.request("INVITE", `${bobAor};gr=urn:uuid:other`);
    await alice.takeResponse(480, "INVITE");
    await alice.request("INVITE", `${bobAor};gr=${INSTANCE}`);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("by no request but INVITE", async () => {
    const { network, alice } = await asleep();
    expect((await alice.ask("OPTIONS", bobAor)).status).toBe(480);
    expect(network.pushes.sent).toEqual([]);
  });
});

describe("RFC 8030 §8.4: a push that is not taken", () => {
  test("because the subscription is gone removes the address, and the caller gets 480", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail("gone");
    await alice.request("INVITE", bobAor);
    await alice.takeResponse(480, "INVITE");
    await alice.request("INVITE", bobAor);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("is sent again when the service says, and the call goes on", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail({ retryAfterSeconds: 5 });
    await alice.request("INVITE", bobAor);
    await network.pass(4);
    expect(network.pushes.sent).toHaveLength(1);
    await network.pass(1);
    expect(network.pushes.sent.map(({ why, attempt }) => [why, attempt])).toEqual([
      ["call", 1],
      ["call", 2],
    ]);
    await (await bobOnline(network)).takeRequest("INVITE");
  });

  test("is not sent again once the phone has registered", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail({ retryAfterSeconds: 5 });
    await alice.request("INVITE", bobAor);
    await (await bobOnline(network)).takeRequest("INVITE");
    await network.pass(6);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("becomes the one that ends the ringing if the call ended meanwhile", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail({ retryAfterSeconds: 5 }, { retryAfterSeconds: 5 });
    const sent = await alice.request("INVITE", bobAor);
    await alice.request("CANCEL", bobAor, sent);
    await network.pass(6);
    expect(network.pushes.sent.slice(2).map(({ why }) => why)).toEqual(["stop", "stop"]);
  });

  test.each([
    ["after three attempts", [{ retryAfterSeconds: 2 }, { retryAfterSeconds: 2 }, { retryAfterSeconds: 2 }]],
    ["at once where the service wants more time than the caller has", [{ retryAfterSeconds: 60 }]],
    ["at once for another reason", ["failed" as const]],
  ])("ends the waiting %s", async (_when, failures) => {
    const { network, alice } = await asleep();
    network.pushes.fail(...failures);
    await alice.request("INVITE", bobAor);
    await network.pass(5);
    await alice.takeResponse(480, "INVITE");
    expect(network.pushes.sent).toHaveLength(failures.length);
  });
});
