import { describe, expect, test } from "@jest/globals";
import { aCounter } from "../../support/phone/counted.ts";
import { createNetwork, DOMAIN } from "../../support/phone/network.ts";
import { asleep, bobAor, bobOnline, push, pushUri } from "./sleeping-phone.ts";

describe("RFC 3428 §7, RFC 8599 §5.6.2: a text to a user whose phone sleeps", () => {
  test("waits, and a push names its sender and has nothing of the text", async () => {
    const { network, alice } = await asleep();
    expect((await alice.ask("MESSAGE", bobAor, { body: "secret" })).status).toBe(202);
    const [sent, ...more] = network.pushes.sent;
    expect(more).toEqual([]);
    expect(sent).toMatchObject({
      why: "message",
      address: { provider: "webpush", prid: "https://push.example/s/1?k=v" },
    });
    expect(JSON.parse(sent?.notice ?? "")).toEqual({
      web_push: 8030,
      notification: { title: "alice", body: "sent a message", navigate: push.page, tag: sent?.topic, silent: false },
      mutable: true,
      sip: { event: "message", from: alice.aor, to: bobAor, until: network.now() + (sent?.ttlSeconds ?? 0) },
    });
    const back = await bobOnline(network);
    const delivered = await back.takeRequest("MESSAGE");
    expect([delivered.body, delivered.uri]).toEqual(["secret", expect.not.stringContaining("pn-")]); // §4.1
  });

  test("has the topic of its sender", async () => {
    const { network, alice } = await asleep();
    const carol = await network.online("carol");
    for (const sender of [alice, alice, carol]) await sender.ask("MESSAGE", bobAor, { body: "Hi" });
    const [first, second, other] = network.pushes.sent.map(({ topic }) => topic);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(first).toMatch(/^[\w-]{32}$/);
  });

  test("pushes to it although its connection ended without an event", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    await bobOnline(network, { flow: "bob-1" });
    network.cut("bob-1");
    expect((await alice.ask("MESSAGE", bobAor, { body: "Hi" })).status).toBe(202);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["message"]);
    const back = await bobOnline(network);
    await back.takeRequest("MESSAGE");
  });

  test("is pushed to it when all other phones have answered 480 or are gone", async () => {
    const { network, alice } = await asleep();
    const [desk] = [await network.online("bob", { flow: "desk" }), await network.online("bob", { flow: "lost" })];
    network.cut("lost");
    await alice.request("MESSAGE", bobAor, { body: "Hi" });
    await desk.answer(await desk.takeRequest("MESSAGE"), 480);
    expect((await alice.takeFinal("MESSAGE")).status).toBe(202);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["message"]);
    const back = await bobOnline(network);
    expect((await back.takeRequest("MESSAGE")).body).toBe("Hi");
  });

  test("is pushed to a phone whose connection was gone, after another one has answered 480", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    const desk = await network.online("bob", { flow: "desk" });
    await bobOnline(network, { flow: "bob-1" });
    network.cut("bob-1");
    await alice.request("MESSAGE", bobAor, { body: "Hi" });
    await desk.answer(await desk.takeRequest("MESSAGE"), 480);
    expect((await alice.takeFinal("MESSAGE")).status).toBe(202);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["message"]);
  });

  test("is pushed to it as a member of a group whose other members have taken the text", async () => {
    const { network, alice } = await asleep();
    const carol = await network.online("carol");
    network.state.addSubscriber({ aor: `sip:team@${DOMAIN}`, ha1: {}, group: [carol.aor, bobAor] });
    await alice.request("MESSAGE", `sip:team@${DOMAIN}`, { body: "Hi" });
    await carol.answer(await carol.takeRequest("MESSAGE"), 200);
    expect(network.pushes.sent.map(({ why, to }) => [why, to.aor])).toEqual([["message", bobAor]]);
    const back = await bobOnline(network);
    expect((await back.takeRequest("MESSAGE")).body).toBe("Hi");
  });

  test.each([
    ["in its own type", "message/imdn+xml", "<imdn/>"],
    ["in CPIM", "message/cpim", "To: <sip:bob@example.com>\r\n\r\nContent-type: message/imdn+xml\r\n\r\n<imdn/>"],
  ])(
    "waits too if it says that another one was delivered (RFC 5438), %s, but wakes no phone",
    async (_how, type, body) => {
      const { network, alice } = await asleep();
      const sent = await alice.ask("MESSAGE", bobAor, { body, lines: [`Content-Type: ${type}`] });
      expect([sent.status, network.pushes.sent]).toEqual([202, []]);
      const back = await bobOnline(network);
      expect((await back.takeRequest("MESSAGE")).body).toBe(body);
    },
  );

  test("is not pushed to a browser without an instance whose page was loaded again and is open: no call pushes there", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    const [first, second] = ["first", "second"].map((host) =>
      network.phone("bob", { flow: host, uriParameters: pushUri(), contact: `sip:bob@${host}.invalid;transport=ws` }),
    );
    await first?.register();
    await first?.close();
    await second?.register();
    await alice.request("INVITE", bobAor);
    await second?.takeRequest("INVITE");
    expect(network.pushes.sent).toEqual([]);
  });

  test("is pushed once to a browser that has no instance, and had another contact after each load of its page", async () => {
    const network = createNetwork({ push });
    const alice = await network.online("alice");
    for (const host of ["first", "second"]) {
      const line = { uriParameters: pushUri(), contact: `sip:bob@${host}.invalid;transport=ws` };
      const page = network.phone("bob", line);
      await page.register();
      await page.close();
    }
    expect((await alice.ask("MESSAGE", bobAor, { body: "Hi" })).status).toBe(202);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["message"]);
  });

  test("pushes nothing while another phone takes it, and nothing for a sign of typing", async () => {
    const { network, alice } = await asleep();
    const lines = ["Content-Type: application/im-iscomposing+xml"];
    await alice.ask("MESSAGE", bobAor, { body: "<isComposing/>", lines });
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("MESSAGE", bobAor, { body: "Hi" });
    await desk.answer(await desk.takeRequest("MESSAGE"), 200);
    expect(network.pushes.sent).toEqual([]);
  });

  test.each([
    ["a push costs no read, write or timer more", push],
    ["nothing is pushed without push in the deployment", undefined],
  ])("%s", async (_title, policy) => {
    const { work: costs, count, reset } = aCounter();
    const network = createNetwork({ ...(policy && { push: policy }) }, count);
    const alice = await network.online("alice");
    await (await bobOnline(network)).close();
    reset();
    await alice.ask("MESSAGE", bobAor, { body: "Hi" });
    expect(costs).toEqual({ reads: 1, writes: 2, timers: 0 });
    expect(network.pushes.sent).toHaveLength(policy === undefined ? 0 : 1);
  });

  test("waits although the push is not taken; an address that is gone gets none again", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail("failed", "gone");
    for (const body of ["1", "2", "3"]) {
      expect((await alice.ask("MESSAGE", bobAor, { body })).status).toBe(202);
      await network.pass(3);
    }
    expect(network.pushes.sent).toHaveLength(2);
    const back = await bobOnline(network);
    expect((await back.takeRequest("MESSAGE")).body).toBe("1");
  });
});

describe("RFC 8030 §5, RFC 9110 §10.2.3: the push of a text that its service puts off", () => {
  const later = (retryAfterSeconds: number) => ({ retryAfterSeconds });

  async function putOff(...seconds: readonly number[]) {
    const { work, count } = aCounter();
    const network = createNetwork({ push }, count);
    const alice = await network.online("alice");
    await (await bobOnline(network)).close();
    network.pushes.fail(...seconds.map(later));
    await alice.ask("MESSAGE", bobAor, { body: "Hi" });
    expect(network.pushes.sent).toHaveLength(1);
    return { network, alice, work, attempts: () => network.pushes.sent.map(({ attempt }) => attempt) };
  }

  test("is sent again when the service says, as it was", async () => {
    const { network, attempts } = await putOff(120);
    await network.pass(119);
    expect(attempts()).toEqual([1]);
    await network.pass(1);
    expect(attempts()).toEqual([1, 2]);
    const [first, second] = network.pushes.sent;
    expect(second).toEqual({ ...first, attempt: 2, ttlSeconds: (first?.ttlSeconds ?? 0) - 120 });
    await network.pass(1000);
    expect(attempts()).toEqual([1, 2]);
  });

  test("is sent four times at most, with longer pauses", async () => {
    const { network, attempts } = await putOff(3, 3, 3, 3);
    await network.pass(3);
    expect(attempts()).toEqual([1, 2]);
    await network.pass(29);
    expect(attempts()).toEqual([1, 2]);
    await network.pass(1);
    expect(attempts()).toEqual([1, 2, 3]);
    await network.pass(300);
    expect(attempts()).toEqual([1, 2, 3, 4]);
    await network.pass(5000);
    expect([attempts(), network.timers]).toEqual([[1, 2, 3, 4], []]);
  });

  test.each([
    [900, [1, 2]],
    [901, [1]],
  ])("that asks for %i s: a timer reaches 900 s", async (seconds, expected) => {
    const { network, attempts } = await putOff(seconds);
    await network.pass(1000);
    expect(attempts()).toEqual(expected);
  });

  test("is not sent after the end of the text", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail(later(60));
    await alice.ask("MESSAGE", bobAor, { body: "Hi", lines: ["Expires: 60"] });
    await network.pass(100);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("is not sent if another phone has taken the text", async () => {
    const { network, attempts } = await putOff(120);
    const desk = await network.online("bob");
    await desk.answer(await desk.takeRequest("MESSAGE"), 200);
    await network.pass(200);
    expect(attempts()).toEqual([1]);
  });

  test.each([false, true])("is not sent if the phone has registered, and sleeps again: %s", async (isAsleep) => {
    const { network, attempts } = await putOff(120);
    await network.pass(10);
    const back = await bobOnline(network);
    await back.answer(await back.takeRequest("MESSAGE"), 415);
    if (isAsleep) await back.close();
    await network.pass(200);
    expect(attempts()).toEqual([1]);
  });

  test("ends with an address that is gone", async () => {
    const { network, alice } = await asleep();
    network.pushes.fail(later(5), "gone");
    await alice.ask("MESSAGE", bobAor, { body: "Hi" });
    await network.pass(400);
    expect(network.pushes.sent).toHaveLength(2);
    await alice.ask("MESSAGE", bobAor, { body: "Hi again" });
    expect(network.pushes.sent).toHaveLength(2);
  });

  test("costs a timer and a read each time", async () => {
    const { network, work } = await putOff(5);
    expect(work.timers).toBe(1);
    const { reads, writes } = work;
    await network.pass(10);
    expect(work).toMatchObject({ reads: reads + 1, writes, timers: 1 });
  });
});
