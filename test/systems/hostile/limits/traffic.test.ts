import { describe, expect, test } from "@jest/globals";
import * as fc from "../../../support/properties.ts";
import { createLruMap } from "../../../../lib/sip/limits/lru-map.ts";
import { defaultRatePolicy, type RatePolicy } from "../../../../lib/sip/policy/rates.ts";
import { sourceOf } from "../../../../lib/sip/limits/source.ts";
import { fullBucket, hasToken, refilled, withoutToken } from "../../../../lib/sip/limits/token-bucket.ts";
import { createRateLimiter, type RateVerdict } from "../../../../lib/sip/limits/rate-limiter.ts";
import type { WebSocketMessage } from "../../../../lib/sip/transport/web-socket-message.ts";

// Rate limits by sender: pure functions, with the time as an argument.

const NOW = 1_800_000_000;
const never = { perSecond: 0.000_001, burst: 1_000_000 };
const open: RatePolicy = {
  flowRequests: never,
  flowOthers: never,
  aorRequests: never,
  sourceRequests: never,
  refusals: never,
  unreadable: never,
  keys: 100,
};
const few = (burst: number, perSecond = 0.001) => ({ perSecond, burst });

const request = (method = "MESSAGE", flow = "a"): WebSocketMessage => ({
  flow,
  text: `${method} sip:b@example.com SIP/2.0\r\n`,
});
const kinds = (verdicts: readonly RateVerdict[]) => verdicts.map(({ kind }) => kind);

describe("a bucket", () => {
  const rate = { perSecond: 2, burst: 10 };

  test("gives its burst at once, then as much as its rate fills in", () => {
    let bucket = fullBucket(rate, NOW);
    for (let n = 0; n < 10; n += 1) bucket = withoutToken(bucket);
    expect(hasToken(bucket)).toBe(false);
    expect(refilled(bucket, rate, NOW + 3).tokens).toBe(6);
    expect(refilled(bucket, rate, NOW + 3600).tokens).toBe(10);
  });

  test("neither fills nor empties when the clock goes back", () => {
    const bucket = { tokens: 3, filledAt: NOW };
    expect(refilled(bucket, rate, NOW - 100).tokens).toBe(3);
  });

  test("never gives more than its burst plus its rate's share, whenever it is asked", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 200 }), (pauses) => {
        let [bucket, now, given] = [fullBucket(rate, NOW), NOW, 0];
        for (const pause of pauses) {
          now += pause;
          bucket = refilled(bucket, rate, now);
          if (!hasToken(bucket)) continue;
          bucket = withoutToken(bucket);
          given += 1;
        }
        expect(given).toBeLessThanOrEqual(rate.burst + rate.perSecond * (now - NOW));
      }),
    );
  });
});

describe("one source", () => {
  test.each([
    ["an IPv4 address", "192.0.2.7", "192.0.2.7"],
    ["an IPv4 address in an IPv6 one", "::ffff:192.0.2.7", "192.0.2.7"],
    ["a /64 of IPv6, whatever follows", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"],
    ["the same /64 in another spelling", "2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["another /64", "2001:db8:1:3::1", "2001:db8:1:3::/64"],
    ["a text other than an address, unchanged", "unknown", "unknown"],
  ])("is %s", (_what, address, source) => {
    expect(sourceOf(address)).toBe(source);
  });
});

describe("requests", () => {
  test("of a flow are rejected beyond its burst, and admitted again when its rate has filled in", () => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(3, 1) });
    const five = Array.from({ length: 5 }, () => traffic.admit(request(), NOW));
    expect(kinds(five)).toEqual(["admit", "admit", "admit", "reject", "reject"]);
    expect(five[3]).toEqual({ kind: "reject", over: "flow", isFirst: true });
    expect(five[4]).toEqual({ kind: "reject", over: "flow", isFirst: false });
    expect(traffic.admit(request(), NOW + 1).kind).toBe("admit");
    expect(traffic.admit(request(), NOW + 1).kind).toBe("reject");
  });

  test("of another flow are admitted meanwhile", () => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(1) });
    traffic.admit(request(), NOW);
    expect(traffic.admit(request(), NOW).kind).toBe("reject");
    expect(traffic.admit(request("MESSAGE", "b"), NOW).kind).toBe("admit");
  });

  test("of all flows of an AOR are counted together: by the AOR of the authorizer, or by the learned one", () => {
    const traffic = createRateLimiter({ ...open, aorRequests: few(2) });
    const identity = "sip:alice@example.com";
    traffic.learn("b", identity);
    expect(traffic.admit({ ...request(), identity }, NOW).kind).toBe("admit");
    expect(traffic.admit(request("MESSAGE", "b"), NOW).kind).toBe("admit");
    expect(traffic.admit({ ...request("MESSAGE", "c"), identity }, NOW)).toMatchObject({ over: "AOR" });
    expect(traffic.admit(request("MESSAGE", "b"), NOW)).toMatchObject({ over: "AOR" });
    expect(traffic.admit(request("MESSAGE", "stranger"), NOW).kind).toBe("admit");
  });

  test("are not counted for the AOR that a From merely claims: a sender cannot lock out another user", () => {
    const traffic = createRateLimiter({ ...open, aorRequests: few(1) });
    const text = "MESSAGE sip:b@example.com SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=1\r\n";
    for (let n = 0; n < 5; n += 1) expect(traffic.admit({ flow: "mallory", text }, NOW).kind).toBe("admit");
    expect(traffic.admit({ ...request(), identity: "sip:alice@example.com" }, NOW).kind).toBe("admit");
  });

  test("from one address are counted together, from one /64 of IPv6 too", () => {
    const traffic = createRateLimiter({ ...open, sourceRequests: few(2) });
    const from = (flow: string, source: string) => traffic.admit({ ...request("MESSAGE", flow), source }, NOW);
    expect(from("a", "2001:db8::1").kind).toBe("admit");
    expect(from("b", "2001:db8::2").kind).toBe("admit");
    expect(from("c", "2001:db8::3")).toMatchObject({ kind: "reject", over: "source" });
    expect(from("d", "2001:db8:0:1::1").kind).toBe("admit");
  });

  test("that a flow may not send do not reduce the share of other flows at the same address", () => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(2), sourceRequests: few(4) });
    const source = "192.0.2.7";
    for (let n = 0; n < 50; n += 1) traffic.admit({ ...request(), source }, NOW);
    expect(traffic.admit({ ...request("MESSAGE", "b"), source }, NOW).kind).toBe("admit");
    expect(traffic.admit({ ...request("MESSAGE", "b"), source }, NOW).kind).toBe("admit");
    expect(traffic.admit({ ...request("MESSAGE", "c"), source }, NOW)).toMatchObject({ over: "source" });
  });

  test.each([
    "REGISTER",
    "INVITE",
    "MESSAGE",
    "SUBSCRIBE",
    "INFO",
    "UPDATE",
    "OPTIONS",
    "NOTIFY",
    "x-unheard.of",
    "ack",
  ])("%s is one of them", (method) => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(1) });
    traffic.admit(request(method), NOW);
    expect(traffic.admit({ flow: "a", text: `\r\n\r\n${request(method).text}` }, NOW).kind).toBe("reject");
  });
});

describe("a request that continues or ends a call", () => {
  const texts = [
    ...["ACK", "BYE", "CANCEL", "PRACK"].map((method) => [method, request(method).text]),
    ["a response", "SIP/2.0 200 OK\r\n"],
    ["a keep-alive", "\r\n\r\n"],
    ["junk", "\0\0"],
  ];

  test.each(texts)("is admitted when the requests of its flow, AOR and address are not: %s", (_what, text = "") => {
    const nothing = few(1);
    const traffic = createRateLimiter({
      ...open,
      flowRequests: nothing,
      aorRequests: nothing,
      sourceRequests: nothing,
    });
    const frame = { flow: "a", source: "192.0.2.7", identity: "sip:alice@example.com" };
    expect(kinds(Array.from({ length: 3 }, () => traffic.admit({ ...frame, text: request().text }, NOW)))).toEqual([
      "admit",
      "reject",
      "reject",
    ]);
    expect(traffic.admit({ ...frame, text }, NOW).kind).toBe("admit");
  });

  test.each(texts)("has its own limit, much higher: %s", (_what, text = "") => {
    const traffic = createRateLimiter({ ...open, flowOthers: few(5) });
    const six = Array.from({ length: 6 }, () => traffic.admit({ flow: "a", text }, NOW));
    expect(kinds(six)).toEqual([...Array<string>(5).fill("admit"), "reject"]);
  });

  test("is allowed several times as often as others", () => {
    const { flowRequests, flowOthers } = defaultRatePolicy;
    expect(flowOthers.perSecond).toBeGreaterThanOrEqual(4 * flowRequests.perSecond);
    expect(flowOthers.burst).toBeGreaterThanOrEqual(4 * flowRequests.burst);
  });
});

describe("a flow that continues", () => {
  test("is closed after a number of refusals, once, and again only after the same number", () => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(1), refusals: few(3) });
    const verdicts = kinds(Array.from({ length: 10 }, () => traffic.admit(request(), NOW)));
    const away = ["reject", "reject", "reject", "close"];
    expect(verdicts).toEqual(["admit", ...away, ...away, "reject"]);
  });

  test("is closed for messages that it may not send, whatever they are", () => {
    const traffic = createRateLimiter({ ...open, flowOthers: few(1), refusals: few(2) });
    const verdicts = Array.from({ length: 4 }, () => traffic.admit({ flow: "a", text: "\r\n\r\n" }, NOW));
    expect(kinds(verdicts)).toEqual(["admit", "reject", "reject", "close"]);
  });

  test("and waits as Retry-After says is not closed", () => {
    const traffic = createRateLimiter({ ...open, flowRequests: few(1, 0.2), refusals: few(3, 1) });
    const verdicts = Array.from({ length: 200 }, (_, n) => traffic.admit(request(), NOW + 2 * n));
    expect(kinds(verdicts)).toContain("reject");
    expect(kinds(verdicts)).not.toContain("close");
  });
});

describe("an unreadable message", () => {
  test("is one too many after a number of them", () => {
    const traffic = createRateLimiter({ ...open, unreadable: few(3) });
    const junk = { flow: "a", text: "junk" };
    expect(Array.from({ length: 4 }, () => traffic.countUnreadable(junk, NOW))).toEqual([
      ...Array<string>(3).fill("tolerated"),
      "too many",
    ]);
  });

  test("is tolerated from a flow that has logged in", () => {
    const traffic = createRateLimiter({ ...open, unreadable: few(1) });
    traffic.learn("a", "sip:alice@example.com");
    const admitted = { flow: "b", text: "junk", identity: "sip:bob@example.com" };
    for (let n = 0; n < 9; n += 1) {
      expect(traffic.countUnreadable({ flow: "a", text: "junk" }, NOW)).toBe("tolerated");
      expect(traffic.countUnreadable(admitted, NOW)).toBe("tolerated");
    }
  });
});

describe("memory", () => {
  test("does not grow with the number of flows, AORs and addresses", () => {
    const traffic = createRateLimiter({ ...open, keys: 50 });
    for (let n = 0; n < 5000; n += 1) {
      traffic.learn(`f${n}`, `sip:u${n}@example.com`);
      traffic.admit({ ...request("MESSAGE", `f${n}`), source: `10.0.${n >> 8}.${n & 255}` }, NOW);
      traffic.countUnreadable({ flow: `junk${n}`, text: "junk" }, NOW);
    }
    expect(traffic.size()).toBeLessThanOrEqual(4 * 50);
  });

  test("forgets the sources that were silent for longest, and not a flooding one", () => {
    const map = createLruMap<number>(3);
    for (const key of ["a", "b", "c"]) map.set(key, 1);
    map.set("a", 2);
    map.set("d", 1);
    expect(["a", "b", "c", "d"].map((key) => map.get(key))).toEqual([2, undefined, 1, 1]);
    expect(map.size()).toBe(3);
  });
});
