// Stored messages that a phone refuses: each stays until a 2xx or its end, and keeps none behind it back.
import { describe, expect, test } from "@jest/globals";
import { defaultMessagePolicy, type MessagePolicy } from "../../../lib/sip/policy/messages.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { aCounter } from "../../support/phone/counted.ts";
import type { Phone } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

const REFUSALS = [302, 400, 403, 404, 408, 413, 415, 416, 420, 480, 486, 488, 491, 493, 500, 503, 600, 603] as const;

async function waiting(texts: readonly string[], messages: Partial<MessagePolicy> = {}) {
  const { work, count: counted, reset } = aCounter();
  const network = createNetwork({ messages: { ...defaultMessagePolicy, ...messages } }, counted);
  const alice = await network.online("alice", { flow: "alice" });
  const write = (body: string) => alice.ask("MESSAGE", bobAor, { body });
  for (const body of texts) expect((await write(body)).status).toBe(202);
  const left = () => [...network.state.rows.storedMessages.values()].map(({ message }) => bodyOf(message));
  return { network, alice, write, left, work, reset };
}

const bodyOf = (text: string) => text.slice(text.indexOf("\r\n\r\n") + 4);
const count = (phone: Phone) => phone.inbox.titles().filter((title) => title === "MESSAGE").length;

/** Answers each text that comes; the texts in their order. */
async function answerAll(phone: Phone, statusOf: (body: string) => number): Promise<readonly string[]> {
  const bodies: string[] = [];
  while (count(phone) > bodies.length) {
    const message = await phone.takeRequest("MESSAGE");
    bodies.push(message.body);
    await phone.answer(message, statusOf(message.body));
  }
  return bodies;
}

describe("RFC 3428 §7: a stored message that its phone refuses", () => {
  test.each(REFUSALS)("with %i stays, and those behind it are delivered in order", async (status) => {
    const { network, left } = await waiting(["bad", "one", "two"]);
    const bob = await network.online("bob");
    expect(await answerAll(bob, (body) => (body === "bad" ? status : 200))).toEqual(["bad", "one", "two"]);
    expect(left()).toEqual(["bad"]);
  });

  test.each(REFUSALS)("with %i comes again on a new connection, and with no refresh on the old one", async (status) => {
    const { network, left } = await waiting(["bad"]);
    const bob = await network.online("bob");
    expect(await answerAll(bob, () => status)).toEqual(["bad"]);
    for (let refresh = 0; refresh < 3; refresh += 1) {
      await network.pass(300);
      await bob.register();
    }
    expect(count(bob)).toBe(1);
    await bob.close();
    const back = await network.online("bob", { instance: bob.instance });
    expect(await answerAll(back, () => 200)).toEqual(["bad"]);
    expect(left()).toEqual([]);
  });

  test("does not come again on the connection after a refresh that was lost, although another phone has registered meanwhile", async () => {
    const { network, left } = await waiting(["bad"]);
    const bob = await network.online("bob", { flow: "bob-1" });
    const mobile = await network.online("bob");
    expect(await answerAll(bob, () => 480)).toEqual(["bad"]);
    expect(await answerAll(mobile, () => 480)).toEqual(["bad"]);
    await network.pass(500);
    await mobile.register();
    await network.pass(70); // bob's registration has ended
    await mobile.register();
    await bob.register();
    expect([count(bob), count(mobile)]).toEqual([1, 1]);
    expect(left()).toEqual(["bad"]);
  });

  test.each(REFUSALS)("with %i goes to a phone that registers later, and may well take it", async (status) => {
    const { network, left } = await waiting(["bad", "one"]);
    const bob = await network.online("bob");
    await answerAll(bob, () => status);
    const mobile = await network.online("bob");
    expect(await answerAll(mobile, () => 200)).toEqual(["bad", "one"]);
    expect([count(bob), left()]).toEqual([2, []]);
  });

  test.each([...REFUSALS, 405, 501])("with %i goes to a phone that has registered meanwhile", async (status) => {
    const { network, left } = await waiting(["one", "two"]);
    const bob = await network.online("bob");
    const mobile = await network.online("bob");
    expect(count(mobile)).toBe(0);
    await bob.answer(await bob.takeRequest("MESSAGE"), status);
    expect(await answerAll(mobile, () => 200)).toEqual(["one", "two"]);
    expect([count(bob), left()]).toEqual([1, []]);
  });

  test("by each of two phones goes to each once", async () => {
    const { network, left } = await waiting(["one", "two"]);
    const bob = await network.online("bob");
    const mobile = await network.online("bob");
    for (let answered = true; answered; ) {
      const seen = [count(bob), count(mobile)];
      await answerNext(bob);
      await answerNext(mobile);
      answered = count(bob) + count(mobile) > (seen[0] ?? 0) + (seen[1] ?? 0);
    }
    expect([count(bob), count(mobile), left()]).toEqual([2, 2, ["one", "two"]]);
    for (const phone of [bob, mobile]) await phone.register();
    await network.pass(200);
    expect([count(bob), count(mobile)]).toEqual([2, 2]);
  });

  /** With 488, if it has one that was not answered. */
  async function answerNext(phone: Phone): Promise<void> {
    while (count(phone) > (answered.get(phone) ?? 0)) {
      answered.set(phone, (answered.get(phone) ?? 0) + 1);
      await phone.answer(await phone.takeRequest("MESSAGE"), 488);
    }
  }
  const answered = new Map<Phone, number>();

  test.each([405, 501])(
    "with %i, because it knows no MESSAGE: it gets no other on this connection, and all on the next",
    async (status) => {
      const { network, left } = await waiting(["one", "two"]);
      const bob = await network.online("bob");
      expect(await answerAll(bob, () => status)).toEqual(["one"]);
      await bob.register();
      expect([count(bob), left()]).toEqual([1, ["one", "two"]]);
      const back = await network.online("bob", { instance: bob.instance });
      expect(await answerAll(back, () => 200)).toEqual(["one", "two"]);
    },
  );

  test("keeps none back, although more wait than one read brings", async () => {
    const bad = Array.from({ length: 25 }, (_, at) => `bad ${at}`);
    const { network, left } = await waiting([...bad, "good"]);
    const statusOf = (body: string) => (body === "good" ? 200 : 415);
    const bob = await network.online("bob");
    expect(await answerAll(bob, statusOf)).toEqual([...bad, "good"]);
    expect(left()).toEqual(bad);
    const mobile = await network.online("bob");
    expect(await answerAll(mobile, () => 200)).toEqual(bad);
    expect(left()).toEqual([]);
  });

  test("goes at once to a phone that registers after the last delivery, although texts were stored a moment ago", async () => {
    const { network, left } = await waiting(["bad", "one", "two"]);
    const bob = await network.online("bob");
    await answerAll(bob, (body) => (body === "two" ? 200 : 480));
    const desk = await network.online("bob");
    await answerAll(desk, (body) => (body === "one" ? 200 : 503));
    const mobile = await network.online("bob");
    expect(await answerAll(mobile, () => 200)).toEqual(["bad"]);
    expect(left()).toEqual([]);
  });

  test("waits until its end, and no longer", async () => {
    const { network, left } = await waiting(["bad"], { keepSeconds: 3600 });
    const bob = await network.online("bob");
    await answerAll(bob, () => 415);
    await bob.close();
    await network.pass(3601);
    const back = await network.online("bob");
    expect([count(back), left()]).toEqual([0, []]);
  });

  test("counts for the limits until then", async () => {
    const { network, write, left } = await waiting(["1", "2"], { perSender: 2 });
    const bob = await network.online("bob");
    await answerAll(bob, () => 415);
    await bob.close();
    expect((await write("3")).status).toBe(480);
    const back = await network.online("bob");
    expect(await answerAll(back, () => 200)).toEqual(["1", "2"]);
    expect(left()).toEqual([]);
  });

  test("a repeated refusal, and one that comes late, change nothing", async () => {
    const { network, left } = await waiting(["bad", "one"]);
    const bob = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    await bob.answer(message, 415);
    await bob.answer(message, 415);
    expect(count(bob)).toBe(2);
    await bob.answer(message, 200);
    expect(left()).toEqual(["one"]);
  });

  test("costs a write for each, and no timer of it does anything", async () => {
    const { network, work, reset } = await waiting(["1", "2", "3"]);
    await network.pass(60);
    const bob = await network.online("bob");
    reset();
    await answerAll(bob, () => 415);
    expect(work).toEqual({ reads: 3, writes: 3, timers: 2 });
    await network.pass(200);
    expect([count(bob), work.writes]).toEqual([3, 3]);
  });

  test("a provisional response changes nothing", async () => {
    const { network, left } = await waiting(["one"]);
    const bob = await network.online("bob");
    const message = await bob.takeRequest("MESSAGE");
    await bob.answer(message, 100);
    expect(left()).toEqual(["one"]);
    await bob.answer(message, 200);
    expect(left()).toEqual([]);
  });
});

describe("RFC 3428 §7: a stored message that its phone leaves without answer", () => {
  test("is passed over with the next REGISTER, and comes again on a new connection", async () => {
    const { network, left } = await waiting(["unreadable", "one"]);
    const bob = await network.online("bob");
    await network.pass(100);
    const tries = [await bob.takeRequest("MESSAGE"), await bob.takeRequest("MESSAGE")].map(({ body }) => body);
    expect([tries, count(bob)]).toEqual([["unreadable", "unreadable"], 2]);
    await bob.register();
    await bob.answer(await bob.takeRequest("MESSAGE"), 200);
    expect(left()).toEqual(["unreadable"]);
    await bob.register();
    await network.pass(100);
    expect(count(bob)).toBe(3);
    const back = await network.online("bob", { instance: bob.instance });
    expect(await answerAll(back, () => 200)).toEqual(["unreadable"]);
    expect(left()).toEqual([]);
  });

  test("and those behind it go to another phone that is there", async () => {
    const { network, left } = await waiting(["one", "two"]);
    await network.online("bob");
    const mobile = await network.online("bob");
    await network.pass(75);
    expect(await answerAll(mobile, () => 200)).toEqual(["one", "two"]);
    expect(left()).toEqual([]);
  });
});

test("a text that all phones refuse a minute after one of them took another goes to a phone that registers then", async () => {
  const { network, alice, left } = await waiting(["one"]);
  const desk = await network.online("bob");
  expect(await answerAll(desk, () => 200)).toEqual(["one"]);
  const tablet = await network.online("bob");
  await network.pass(60);
  await alice.request("MESSAGE", bobAor, { body: "two" });
  for (const phone of [desk, tablet]) await phone.answer(await phone.takeRequest("MESSAGE"), 503);
  expect((await alice.takeFinal("MESSAGE")).status).toBe(202);
  expect(await answerAll(await network.online("bob"), () => 200)).toEqual(["two"]);
  expect(left()).toEqual([]);
});

test.each(["failed", "busy"] as const)(
  "RFC 3261 §16.9: a phone whose MESSAGE could not be posted (%s) keeps its binding when the text is stored",
  async (failure) => {
    const network = createNetwork({}, ({ post }) => ({
      post: (flow, text) => (flow === "one" ? Promise.resolve(failure) : post(flow, text)),
    }));
    const alice = await network.online("alice");
    await network.online("bob", { flow: "one" });
    const other = await network.online("bob", { flow: "two" });
    await alice.request("MESSAGE", bobAor, { body: "hello" });
    await other.answer(await other.takeRequest("MESSAGE"), 503);
    expect((await alice.takeFinal("MESSAGE")).status).toBe(202);
    expect(network.state.rows.registrations.get(bobAor)?.bindings.map(({ flow }) => flow)).toEqual(["one", "two"]);
  },
);
