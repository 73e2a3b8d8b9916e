import { describe, expect, test } from "@jest/globals";
import { aCounter } from "../../support/phone/counted.ts";
import { createNetwork, type Line } from "../../support/phone/network.ts";
import { asleep, bobAor, bobOnline, INSTANCE, push, pushUri } from "./sleeping-phone.ts";

// A registration lasts 540 s.
const refreshed = { push: { ...push, refreshBefore: [240, 130] } };

describe("RFC 8599 §5.5: a phone without a connection is asked to register again", () => {
  test("before the end of its registration, once more if it does not, and never after the end", async () => {
    const { network } = await asleep(refreshed);
    const end = network.now() + 540;
    await network.pass(299);
    expect(network.pushes.sent).toEqual([]);
    await network.pass(1);
    const [first, ...none] = network.pushes.sent;
    expect(none).toEqual([]);
    expect(first).toMatchObject({
      why: "refresh",
      to: { aor: bobAor, instance: INSTANCE },
      address: { provider: "webpush", prid: "https://push.example/s/1?k=v" },
      ttlSeconds: 240,
    });
    expect(JSON.parse(first?.notice ?? "")).toEqual({
      web_push: 8030,
      notification: {
        title: "bob@example.com",
        body: "Open the phone to stay signed in",
        navigate: push.page,
        tag: first?.topic,
        silent: true,
      },
      mutable: true,
      sip: { event: "refresh", to: bobAor, until: end },
    });
    await network.pass(109);
    expect(network.pushes.sent).toHaveLength(1);
    await network.pass(1);
    const [, second] = network.pushes.sent;
    expect([second?.why, second?.topic, second?.ttlSeconds]).toEqual(["refresh", first?.topic, 130]);
    await network.pass(7200);
    expect(network.pushes.sent).toHaveLength(2);
  });

  test("and no more once it has registered; when it has left again, before the end of the new registration", async () => {
    const { network } = await asleep(refreshed);
    await network.pass(300);
    const back = await bobOnline(network);
    await network.pass(120);
    expect(network.pushes.sent).toHaveLength(1);
    await back.close();
    await network.pass(179);
    expect(network.pushes.sent).toHaveLength(1);
    await network.pass(1);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["refresh", "refresh"]);
  });

  test.each<[string, Line]>([
    ["wakes itself (+sip.pnsreg, §4.1.4)", { parameters: ";+sip.pnsreg" }],
    ["has no push address", { uriParameters: "" }],
  ])("unless it %s", async (_what, line) => {
    const network = createNetwork(refreshed);
    await (await bobOnline(network, line)).close();
    await network.pass(1000);
    expect([network.pushes.sent, network.timers]).toEqual([[], []]);
  });

  test("unless it is connected, or has removed its contact", async () => {
    const network = createNetwork(refreshed);
    const bob = await bobOnline(network);
    await network.pass(530);
    await bob.close();
    const back = network.phone("bob", { instance: INSTANCE, uriParameters: pushUri() });
    await back.register();
    await back.register(0);
    await back.close();
    await network.pass(1000);
    expect(network.pushes.sent).toEqual([]);
  });

  test("once, if it has lost its connection after the last of the times; a page that is loaded again gets no push", async () => {
    const network = createNetwork(refreshed);
    const first = await bobOnline(network);
    await network.pass(500);
    await first.close();
    await network.pass(5);
    const again = await bobOnline(network);
    await network.pass(500);
    expect(network.pushes.sent).toEqual([]);
    await again.close();
    await network.pass(9);
    expect(network.pushes.sent).toEqual([]);
    await network.pass(1);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["refresh"]);
    await network.pass(1000);
    expect(network.pushes.sent).toHaveLength(1);
  });

  test("also if the end of its connection was found by a message for it", async () => {
    const network = createNetwork(refreshed);
    const alice = await network.online("alice");
    await bobOnline(network, { flow: "bob-1" });
    network.cut("bob-1");
    await alice.ask("MESSAGE", bobAor, { body: "Hi" });
    await network.pass(420);
    expect(network.pushes.sent.map(({ why }) => why)).toEqual(["message", "refresh", "refresh"]);
  });

  test("for each of its devices apart", async () => {
    const { network } = await asleep(refreshed);
    await network.pass(60);
    const other = { instance: INSTANCE.replace(/b$/, "c"), uriParameters: pushUri("https://push.example/s/2") };
    await (await bobOnline(network, other)).close();
    await network.pass(400);
    expect(network.pushes.sent.map(({ address }) => address.prid.at(-1))).toEqual(["v", "2", "v"]);
    await network.pass(20);
    expect(network.pushes.sent).toHaveLength(4);
  });

  test("no more at an address that its push service has forgotten, and later if the service puts the push off", async () => {
    const { network, alice } = await asleep(refreshed);
    network.pushes.fail({ retryAfterSeconds: 5 }, "gone");
    await network.pass(310);
    expect(network.pushes.sent).toHaveLength(1);
    await network.pass(100);
    expect(network.pushes.sent).toHaveLength(2);
    await alice.register();
    await alice.request("INVITE", bobAor);
    await alice.takeResponse(480, "INVITE");
    expect(network.pushes.sent).toHaveLength(2);
  });

  test("only where the deployment says so", async () => {
    const { network } = await asleep();
    expect(network.timers).toEqual([]);
    await network.pass(1000);
    expect(network.pushes.sent).toEqual([]);
  });

  test("costs a timer when it loses its connection, and a read, a push and a timer at each time but the last", async () => {
    const { work: costs, count, reset } = aCounter();
    const network = createNetwork(refreshed, count);
    const bob = await bobOnline(network);
    await bob.register();
    expect(costs.timers).toBe(0);
    await bob.close();
    expect(costs.timers).toBe(1);
    for (const [seconds, timers] of [
      [300, 1],
      [110, 0],
    ] as const) {
      reset();
      await network.pass(seconds);
      expect(costs).toEqual({ reads: 1, writes: 0, timers });
    }
    expect(network.pushes.sent).toHaveLength(2);
  });
});
