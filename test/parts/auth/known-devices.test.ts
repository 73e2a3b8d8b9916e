import { describe, expect, test } from "@jest/globals";
import { defaultLockoutPolicy } from "../../../lib/sip/policy/lockout.ts";
import { header, type SipResponse } from "../../../lib/sip/syntax/message.ts";
import { type Asking, challenged } from "../../support/phone/challenged.ts";
import { createNetwork, type Network } from "../../support/phone/network.ts";

// The user's own devices and networks under the default lockout, on the virtual clock.

const HOME = "192.0.2.7";
const AWAY = "203.0.113.9";
const DAY = 86_400;

/** A login on a connection of its own, as after a reconnect or in a new page. */
async function login(network: Network, user: string, device: string, asking: Asking = {}): Promise<SipResponse> {
  const phone = await challenged(network, user, { source: HOME, contact: `sip:${device}@page.invalid`, ...asking });
  return phone.answer();
}

const fails = async (network: Network, device: string, asking: Asking = {}): Promise<number> =>
  (await login(network, "alice", device, { ...asking, password: "old" })).status;

const statusOf = async (network: Network, device: string, asking: Asking = {}): Promise<number> =>
  (await login(network, "alice", device, asking)).status;

/** Five guesses each from as many networks as lock the user from anywhere. */
async function attackFromEverywhere(network: Network): Promise<void> {
  const { aor, pair } = defaultLockoutPolicy;
  for (let net = 0; net * pair.failures < aor.failures; net += 1) {
    const source = `2001:db8:${net.toString(16)}::1`;
    for (let time = 0; time < pair.failures; time += 1) await fails(network, "botnet", { source });
  }
}

describe("a page with an old password that tries every 32 seconds", () => {
  test.each([
    ["the same page reconnects each time", () => "right"],
    ["a new page each time", (time: number) => `right-${time}`],
  ])("never locks out the right phone on the same network: %s", async (_what, device) => {
    const network = createNetwork({ whenFull: "replace-oldest" });
    const answers: { old: number; right: number }[] = [];
    for (let time = 0; time * 32 < 600; time += 1) {
      answers.push({ old: await fails(network, "old"), right: await statusOf(network, device(time)) });
      await network.pass(32);
    }
    expect(answers.map(({ right }) => right)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ old }) => old === 503).length).toBeGreaterThan(answers.length / 2);
  });

  test("does not lock its network for other users, in two days", async () => {
    const network = createNetwork();
    const end = network.now() + 2 * DAY;
    let failures = 0;
    const others: number[] = [];
    while (network.now() < end) {
      const answer = await login(network, "alice", "old", { password: "old" });
      failures += answer.status === 401 ? 1 : 0;
      await network.pass(Number(header(answer, "retry-after") ?? 32));
      if (failures % 20 === 0) others.push((await login(network, "bob", `new-${network.now()}`)).status);
    }
    expect(others.length).toBeGreaterThan(8);
    expect(others).toEqual(others.map(() => 200));
    expect(failures).toBeGreaterThan(180);
  });
});

describe("a device that logged in from this network before", () => {
  test("gets in while guesses of other devices on the network lock the user out there", async () => {
    const network = createNetwork();
    expect(await statusOf(network, "phone")).toBe(200);
    await network.pass(DAY);
    for (let time = 0; time < 12; time += 1) await fails(network, `guess-${time}`);
    expect(await statusOf(network, "another")).toBe(503);
    expect(await statusOf(network, "phone")).toBe(200);
    expect(await statusOf(network, "phone", { source: AWAY })).toBe(200);
  });

  test("gets in while guesses for many users lock the network", async () => {
    const network = createNetwork();
    expect(await statusOf(network, "phone")).toBe(200);
    for (let user = 0; user < 25; user += 1) {
      for (let time = 0; time < 4; time += 1) await login(network, `user${user}`, "guess", { password: "guess" });
    }
    expect(await statusOf(network, "another")).toBe(503);
    expect(await statusOf(network, "phone")).toBe(200);
  });

  test("is locked like any other after its own failures", async () => {
    const network = createNetwork();
    expect(await statusOf(network, "phone")).toBe(200);
    for (let time = 0; time < 5; time += 1) expect(await fails(network, "phone")).toBe(401);
    expect(await statusOf(network, "phone")).toBe(503);
    expect(await statusOf(network, "another")).toBe(200);
  });

  test("is known for 30 days from its last login, and only on the networks where it logged in", async () => {
    const network = createNetwork();
    await statusOf(network, "phone");
    const guess = async (source: string) => {
      for (let time = 0; time < 12; time += 1) await fails(network, `guess-${time}`, { source });
    };
    await guess(AWAY);
    expect(await statusOf(network, "phone", { source: AWAY })).toBe(503);
    await network.pass(30 * DAY);
    await guess(HOME);
    expect(await statusOf(network, "phone")).toBe(503);
  });

  test("is one of four: the one that logged in longest ago is forgotten", async () => {
    const network = createNetwork();
    for (const device of ["a", "b", "c", "d", "a", "e"]) {
      expect(await statusOf(network, device)).toBe(200);
      await network.pass(60);
    }
    for (let time = 0; time < 12; time += 1) await fails(network, `guess-${time}`);
    const answers: number[] = [];
    for (const device of ["b", "a", "c", "d", "e"]) answers.push(await statusOf(network, device));
    expect(answers).toEqual([503, 200, 200, 200, 200]);
  });
});

test("an attacker with many networks locks the user elsewhere, and not on the network of yesterday", async () => {
  const network = createNetwork();
  expect(await statusOf(network, "phone")).toBe(200);
  await network.pass(DAY);
  await attackFromEverywhere(network);
  expect(await statusOf(network, "phone", { source: AWAY })).toBe(503);
  expect(await statusOf(network, "new-page")).toBe(200);
});

describe("guesses for one user from one network", () => {
  /**
   * The guesses of a day that are judged, by an attacker who names any device and knows the length of each lock. After so
   * many guesses with a device it waits until they are forgotten.
   */
  async function judgedInADay(network: Network, devices: Readonly<Record<string, number>>): Promise<number> {
    const end = network.now() + DAY;
    const due = new Map(Object.keys(devices).map((device) => [device, network.now()]));
    const tried = new Map<string, number>();
    let judged = 0;
    while (network.now() < end) {
      for (const [device, at] of due) {
        if (at > network.now()) continue;
        const answer = await login(network, "alice", device, { password: "guess" });
        judged += answer.status === 401 ? 1 : 0;
        const times = (tried.get(device) ?? 0) + 1;
        tried.set(device, times);
        const wait = times % (devices[device] ?? Infinity) === 0 ? defaultLockoutPolicy.forgetSeconds : 1;
        due.set(device, network.now() + Number(header(answer, "retry-after") ?? wait));
      }
      await network.pass(Math.max(1, Math.min(...due.values()) - network.now()));
    }
    return judged;
  }

  test.each([
    ["one device", { one: Infinity }, [104, 96]],
    ["two devices", { one: Infinity, two: Infinity }, [114, 96]],
    ["three devices", { one: Infinity, two: Infinity, three: Infinity }, [114, 96]],
    ["a known device and two others", { phone: Infinity, one: Infinity, two: Infinity }, [126, 96]],
    ["one device that never gets locked", { one: 4 }, [48, 48]],
    ["two devices that never get locked", { one: 4, two: 4 }, [96, 96]],
    ["two devices, one of which never gets locked", { one: 4, two: Infinity }, [105, 96]],
    ["a known device that never gets locked and two others", { phone: 4, one: Infinity, two: Infinity }, [132, 112]],
  ])("are as many on a first and a second day with %s", async (_what, devices, expected) => {
    const network = createNetwork();
    await statusOf(network, "phone");
    expect([await judgedInADay(network, devices), await judgedInADay(network, devices)]).toEqual(expected);
  });
});

describe("guesses that name another device, network or user each time", () => {
  /** The guesses of a day that are judged: the next one follows at once, or when the lock ends. */
  async function judgedInADay(network: Network, next: (time: number) => Promise<SipResponse>): Promise<number> {
    const end = network.now() + DAY;
    let judged = 0;
    for (let time = 0; network.now() < end; time += 1) {
      const answer = await next(time);
      judged += answer.status === 401 ? 1 : 0;
      await network.pass(Number(header(answer, "retry-after") ?? 0));
    }
    return judged;
  }

  test("for any users from one network are judged 232 times a day", async () => {
    const network = createNetwork();
    const guess = (time: number) => login(network, `user${time}`, `device-${time}`, { password: "guess" });
    expect(await judgedInADay(network, guess)).toBe(232);
  });

  test("for one user from any number of networks are judged 1,721 times a day", async () => {
    const network = createNetwork();
    const guess = (time: number) => {
      const source = `2001:db8:${(time % 65_536).toString(16)}::1`;
      return login(network, "alice", `device-${time}`, { password: "guess", source });
    };
    expect(await judgedInADay(network, guess)).toBe(1721);
  });
});
