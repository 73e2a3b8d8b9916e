import { describe, expect, test } from "@jest/globals";
import { defaultRatePolicy, type RatePolicy } from "../../../../lib/sip/policy/rates.ts";
import { header } from "../../../../lib/sip/syntax/message.ts";
import { establish } from "../../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../../support/phone/network.ts";
import type { Phone } from "../../../support/phone/phone.ts";

// A flood, as the protocol handles it: the responses, the calls to AWS, and the traffic of others meanwhile.

const few = (burst: number) => ({ perSecond: 0.001, burst });

/** A network that records every call through a port. */
function aNetwork(rates: Partial<RatePolicy> = {}): Network & { readonly calls: string[] } {
  const calls: string[] = [];
  const network = createNetwork({ rates: { ...defaultRatePolicy, ...rates } }, (ports) => {
    const noted =
      <Arguments extends unknown[], Result>(name: string, port: (...args: Arguments) => Result) =>
      (...args: Arguments): Result => {
        calls.push(name);
        return port(...args);
      };
    return {
      keys: noted("keys", ports.keys),
      read: noted("read", ports.read),
      commit: noted("commit", ports.commit),
      setTimers: noted("setTimers", ports.setTimers),
      post: noted("post", ports.post),
      close: noted("close", ports.close),
      observe: noted("observe", ports.observe),
    };
  });
  return { ...network, calls };
}

async function flood(phone: Phone, count: number, method = "MESSAGE"): Promise<void> {
  for (let n = 0; n < count; n += 1) await phone.request(method, `sip:bob@${DOMAIN}`);
}

const count = (phone: Phone, title: string) => phone.inbox.titles().filter((one) => one === title).length;

describe("a flow over its limit", () => {
  test("is answered 503 with Retry-After (RFC 3261 §21.5.4)", async () => {
    const network = aNetwork({ flowRequests: few(5) });
    const alice = await network.online("alice"); // two REGISTERs
    await network.online("bob");
    await flood(alice, 10);
    expect(count(alice, "503 MESSAGE")).toBe(7);
    const answer = await alice.takeResponse(503, "MESSAGE");
    expect(Number(header(answer, "retry-after"))).toBeGreaterThanOrEqual(5);
    expect(header(answer, "to")).toMatch(/;tag=.+/);
  });

  test("gets a Retry-After of another second than other flows", async () => {
    const network = aNetwork({ flowRequests: few(1) });
    const alice = network.phone("alice");
    await flood(alice, 40, "OPTIONS");
    const waits = new Set<number>();
    for (let n = 0; n < 39; n += 1) waits.add(Number(header(await alice.takeResponse(503, "OPTIONS"), "retry-after")));
    expect(waits.size).toBeGreaterThan(1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(10);
  });

  test("causes no call through a port when it is rejected, except one line in the log", async () => {
    const network = aNetwork({ flowRequests: few(5) });
    const alice = network.phone("alice");
    await flood(alice, 5);
    network.calls.splice(0);
    await flood(alice, 50);
    expect(network.calls).toEqual(["observe"]);
    expect(network.notes.at(-1)?.fields["reason"]).toBe("rate-limited");
    expect(count(alice, "503 MESSAGE")).toBe(50);
  });

  test("gets nothing for messages without a response: responses and ACK are dropped, keep-alives unanswered", async () => {
    const network = aNetwork({ flowOthers: few(1) });
    const alice = network.phone("alice");
    await alice.send("\r\n\r\n");
    const before = [alice.inbox.titles().length, alice.inbox.noise.length];
    network.calls.splice(0);
    await alice.send("\r\n\r\n");
    await alice.request("ACK", `sip:bob@${DOMAIN}`);
    await alice.send(alice.write("MESSAGE", `sip:bob@${DOMAIN}`).text.replace(/^.*$/m, "SIP/2.0 200 OK"));
    expect([alice.inbox.titles().length, alice.inbox.noise.length]).toEqual(before);
    expect(network.calls).toEqual(["observe"]);
  });

  test("does not affect others: they are served as before", async () => {
    const network = aNetwork({ flowRequests: few(20) });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const carol = await network.online("carol");
    await flood(alice, 100);
    expect((await bob.register()).status).toBe(200);
    const { caller } = await establish(carol, bob);
    await carol.inDialog("BYE", caller);
    await bob.takeRequest("BYE");
  });

  test("can still end its calls, and others can end theirs with it", async () => {
    const network = aNetwork({ flowRequests: few(20) });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const first = await establish(alice, bob);
    const second = await establish(alice, bob);
    await flood(alice, 100);
    expect(count(alice, "503 MESSAGE")).toBeGreaterThan(50);

    await alice.inDialog("BYE", first.caller);
    await bob.answer(await bob.takeRequest("BYE"), 200);
    expect((await alice.takeFinal("BYE")).status).toBe(200);
    await bob.inDialog("BYE", second.callee);
    await alice.answer(await alice.takeRequest("BYE"), 200);
    expect((await bob.takeFinal("BYE")).status).toBe(200);
  });

  test("can cancel ringing calls, and complete answered ones", async () => {
    const network = aNetwork({ flowRequests: few(20) });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const call = await alice.request("INVITE", bob.aor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await flood(alice, 50);
    const { callId, cseq, branch, fromTag } = call;
    await alice.request("CANCEL", bob.aor, { callId, cseq, branch, fromTag });
    await bob.takeRequest("CANCEL");
    await alice.takeResponse(200, "CANCEL");
    await bob.answer(invite, 487);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
  });
});

describe("a flow that continues", () => {
  test("is closed, once, and the log gives the reason", async () => {
    const network = aNetwork({ flowRequests: few(5), refusals: few(20) });
    const alice = network.phone("alice");
    await flood(alice, 30);
    expect(network.calls.filter((call) => call === "close")).toHaveLength(1);
    expect(network.notes.some(({ fields }) => fields["reason"] === "closed-over-rate")).toBe(true);
  });

  test("loses its bindings with its connection", async () => {
    const network = aNetwork({ flowRequests: few(5), refusals: few(20) });
    const alice = await network.online("alice");
    expect(network.state.rows.registrations.get(alice.aor)?.bindings).toHaveLength(1);
    await flood(alice, 30);
    expect(network.state.rows.registrations.get(alice.aor)?.bindings).toEqual([]);
  });
});

test.each(["BYE", "PRACK"])(
  "%s, which is admitted where others are not, reads nothing outside of a dialog",
  async (method) => {
    const network = aNetwork();
    const [stranger, bob] = [network.phone("alice"), await network.online("bob")];
    network.calls.splice(0);
    expect((await stranger.ask(method, bob.aor)).status).toBe(481);
    expect((await bob.ask(method, bob.aor)).status).toBe(481);
    expect(network.calls).not.toContain("look");
  },
);

test("an AOR is counted over all its flows, once they have logged in", async () => {
  const network = aNetwork({ aorRequests: few(10) });
  const [desk, mobile] = [await network.online("alice"), await network.online("alice")];
  await flood(desk, 20);
  expect(count(desk, "503 MESSAGE")).toBeGreaterThan(5);
  await mobile.request("MESSAGE", `sip:bob@${DOMAIN}`);
  await mobile.takeResponse(503, "MESSAGE");
  expect((await (await network.online("bob")).register()).status).toBe(200);
});

test("an address is counted over all its flows, logged in or not", async () => {
  const network = aNetwork({ sourceRequests: few(10) });
  for (let n = 0; n < 10; n += 1) await flood(network.phone(`scanner${n}`), 1, "OPTIONS");
  const next = network.phone("scanner");
  await flood(next, 1, "OPTIONS");
  await next.takeResponse(503, "OPTIONS");
});

describe("junk", () => {
  test("from a flow that has not logged in closes it", async () => {
    const network = aNetwork({ unreadable: few(5) });
    const mallory = network.phone("mallory");
    for (let n = 0; n < 5; n += 1) await mallory.send("junk");
    expect(network.calls).not.toContain("close");
    await mallory.send("junk");
    expect(network.calls).toContain("close");
  });

  test("that was answered 400 counts as well", async () => {
    const network = aNetwork({ unreadable: few(5) });
    const mallory = network.phone("mallory");
    for (let n = 0; n < 6; n += 1) await mallory.request("INVITE", "sip:bob@exa mple.com", { cseq: 1 });
    expect(network.calls).toContain("close");
  });

  test("from a flow that has logged in is tolerated, and a mere refusal does not count as junk", async () => {
    const network = aNetwork({ unreadable: few(2) });
    const alice = await network.online("alice");
    for (let n = 0; n < 20; n += 1) await alice.send("junk");
    const stranger = network.phone("stranger");
    await flood(stranger, 20, "INVITE"); // 407, repeatedly
    expect(network.calls).not.toContain("close");
    expect(count(stranger, "407 INVITE")).toBe(20);
  });
});
