import { describe, expect, test } from "@jest/globals";
import { defaultLimits } from "../../../lib/sip/syntax/limits.ts";
import { headers } from "../../../lib/sip/syntax/message.ts";
import { aCall, aFork } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const bobAor = `sip:bob@${DOMAIN}`;

/** A phone of bob's with this preference. */
async function preferred(network: Network, q: string): Promise<Phone> {
  const phone = network.phone("bob");
  const lines = [`Contact: <${phone.contact}>;q=${q};+sip.instance="<${phone.instance}>";reg-id=1`];
  const { status } = await phone.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
  if (status !== 200) throw new Error(`not registered: ${status}`);
  return phone;
}

describe("RFC 3261 §16.6: one after the other by q", () => {
  test("the lower preference rings only when the higher has failed", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [second, first] = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    await alice.request("INVITE", bobAor, { body: "v=0\r\n" });
    const invite = await first.takeRequest("INVITE");
    expect(second.inbox.titles()).not.toContain("INVITE");
    await first.answer(invite, 486);
    const later = await second.takeRequest("INVITE");
    expect(later.body).toBe("v=0\r\n");
    await second.answer(later, 200);
    await alice.takeResponse(200, "INVITE");
    expect(alice.inbox.titles()).not.toContain("486 INVITE");
  });

  test("phones of the same preference ring in parallel", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [a, b, c] = [
      await preferred(network, "0.9"),
      await preferred(network, "0.9"),
      await preferred(network, "0.1"),
    ];
    await alice.request("INVITE", bobAor);
    await a.answer(await a.takeRequest("INVITE"), 486);
    expect(c.inbox.titles()).not.toContain("INVITE");
    await b.answer(await b.takeRequest("INVITE"), 404);
    await c.takeRequest("INVITE");
  });

  test("a group that stays silent is given up after 32 s, and the next is tried with its own ring time", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [second, first] = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    await alice.request("INVITE", bobAor);
    await first.takeRequest("INVITE");
    await network.pass(32);
    const invite = await second.takeRequest("INVITE");
    await second.answer(invite, 180);
    await network.pass(184);
    expect(second.inbox.titles()).not.toContain("CANCEL");
    await second.answer(invite, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("the next group is rung with a request of as many header fields as this server takes", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [second, first] = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    const { headerCount } = defaultLimits;
    const own = alice.write("INVITE", bobAor).text.split("\r\n").length - 3; // the start line and the empty ones at the end
    await alice.request("INVITE", bobAor, { lines: Array.from({ length: headerCount - own }, (_, n) => `X-${n}: 1`) });
    await first.answer(await first.takeRequest("INVITE"), 486);
    await second.takeRequest("INVITE");
  });

  test("a search that goes on for minutes can still be cancelled", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [second, first] = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await first.takeRequest("INVITE");
    await first.answer(invite, 180);
    await network.pass(185);
    await first.takeRequest("CANCEL");
    await first.answer(invite, 487);
    await second.answer(await second.takeRequest("INVITE"), 180);
    await network.pass(150);
    await alice.request("CANCEL", bobAor, sent);
    expect((await alice.takeFinal("CANCEL")).status).toBe(200);
    await second.takeRequest("CANCEL");
  });

  test("a 6xx ends the search, and the best response of all targets goes to the caller", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const [second, first] = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    await alice.request("INVITE", bobAor);
    await first.answer(await first.takeRequest("INVITE"), 603);
    expect((await alice.takeFinal("INVITE")).status).toBe(603);
    expect(second.inbox.titles()).not.toContain("INVITE");
  });

  test("a MESSAGE goes to all targets at once: its time is too short for a search", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const phones = [await preferred(network, "0.5"), await preferred(network, "0.9")];
    await alice.request("MESSAGE", bobAor);
    for (const phone of phones) await phone.answer(await phone.takeRequest("MESSAGE"), 200);
    expect(alice.inbox.titles().filter((title) => title === "200 MESSAGE")).toHaveLength(1);
  });

  test("RFC 4320 §4.2: a 408 to a MESSAGE is never forwarded, and any other response is better", async () => {
    const network = createNetwork();
    const [alice, bob, other] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("bob"),
    ];
    const answered = async (...statuses: readonly [number, number]) => {
      await alice.request("MESSAGE", bobAor);
      await bob.answer(await bob.takeRequest("MESSAGE"), statuses[0]);
      await other.answer(await other.takeRequest("MESSAGE"), statuses[1]);
    };
    await answered(408, 408);
    await network.pass(60);
    expect(alice.inbox.titles().filter((title) => title.endsWith("MESSAGE"))).toEqual([]);
    await alice.register();
    await answered(408, 415);
    await alice.takeResponse(415, "MESSAGE");
    await answered(408, 500);
    await alice.takeResponse(500, "MESSAGE");
  });
});

describe("RFC 3261 §16.7 step 4: recursion", () => {
  const carolAor = `sip:carol@${DOMAIN}`;

  test("a 3xx is passed on unless the deployment follows it", async () => {
    const { alice, bob } = await aCall();
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: [`Contact: <${carolAor}>`] });
    expect((await alice.takeFinal("INVITE")).status).toBe(302);
  });

  test("a 3xx that the deployment follows rings its contacts and does not count as a response", async () => {
    const network = createNetwork({ followsRedirects: true });
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: [`Contact: <${carolAor}>`] });
    await bob.takeRequest("ACK");
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(480);
  });

  test("the targets of a 302 that is repeated are rung once", async () => {
    const network = createNetwork({ followsRedirects: true });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const [desk, carol] = [await network.online("bob"), await network.online("carol")];
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 302, { lines: [`Contact: <${carolAor}>`] });
    await bob.answer(invite, 302, { lines: [`Contact: <${carolAor}>`] });
    await desk.answer(await desk.takeRequest("INVITE"), 486);
    await carol.takeRequest("INVITE");
    expect(carol.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("a 302 to the phone that sent it does not ring it again", async () => {
    const { alice, bob } = await aCall({ followsRedirects: true });
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: [`Contact: <${bobAor}>`] });
    expect((await alice.takeFinal("INVITE")).status).toBe(302);
  });

  test("a foreign contact in a 3xx is not followed", async () => {
    const { alice, bob } = await aCall({ followsRedirects: true });
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: ["Contact: <sip:x@elsewhere.example>"] });
    expect((await alice.takeFinal("INVITE")).status).toBe(302);
  });
});

describe("RFC 3261 §16.7", () => {
  test("step 2: every provisional response that shows ringing restarts timer C", async () => {
    const { network, alice, bob } = await aCall({ ringSeconds: 185 });
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    for (const _minute of [1, 2, 3, 4, 5]) {
      await network.pass(60);
      await bob.answer(invite, 180);
    }
    expect(bob.inbox.titles()).not.toContain("CANCEL");
    await network.pass(185 + 60);
    await bob.takeRequest("CANCEL");
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });

  test("step 7: the caller gets the challenges of all branches", async () => {
    const { alice, desk, mobile } = await aFork();
    const challenge = (realm: string) => [`WWW-Authenticate: Digest realm="${realm}", nonce="n"`];
    await desk.answer(await desk.takeRequest("INVITE"), 401, { lines: challenge("desk") });
    await mobile.answer(await mobile.takeRequest("INVITE"), 401, { lines: challenge("mobile") });
    const refused = await alice.takeFinal("INVITE");
    expect(headers(refused, "www-authenticate").map((value) => /realm="(\w+)"/.exec(value)?.[1])).toEqual([
      "desk",
      "mobile",
    ]);
  });
});

describe("RFC 3261 §16.4: strict routers", () => {
  test("a request whose Request-URI is our Record-Route entry goes to the URI of its last Route", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 200);
    const { routes, remoteTarget, ...dialog } = alice.dialogAsCaller(sent, await alice.takeFinal("INVITE"));
    const [route = ""] = routes;
    await alice.inDialog("BYE", { ...dialog, remoteTarget: route.slice(1, -1), routes: [`<${remoteTarget}>`] });
    const bye = await bob.takeRequest("BYE");
    expect([bye.uri, headers(bye, "route")]).toEqual([remoteTarget, []]);
  });
});

describe("RFC 3261 §16.3 step 4, §8.2.2.2", () => {
  test("a request that comes back to this server unchanged is 482", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor, { lines: [] });
    const invite = await bob.takeRequest("INVITE");
    const via = headers(invite, "via").map((value) => `Via: ${value}`);
    const looped = sent.text.replace(
      /Via: [^\r]+/,
      [`Via: SIP/2.0/WS loop.invalid;branch=z9hG4bKloop`, ...via].join("\r\n"),
    );
    await alice.send(looped);
    await alice.takeResponse(482, "INVITE");
  });

  test("a spiral, whose Request-URI was changed, goes on", async () => {
    const network = createNetwork();
    const [alice, bob, carol] = [
      await network.online("alice"),
      await network.online("bob"),
      await network.online("carol"),
    ];
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    const via = headers(invite, "via").map((value) => `Via: ${value}`);
    const onward = sent.text
      .replace(/Via: [^\r]+/, [`Via: SIP/2.0/WS loop.invalid;branch=z9hG4bKspiral`, ...via].join("\r\n"))
      .replace(`INVITE ${bobAor}`, `INVITE ${carol.aor}`);
    await alice.send(onward);
    await carol.takeRequest("INVITE");
  });

  test("the same request by another way, while the first is pending, is 482", async () => {
    const network = createNetwork();
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    const sent = await alice.request("INVITE", bobAor);
    await alice.send(sent.text.replace(sent.branch, "z9hG4bKanother"));
    expect((await alice.takeFinal("INVITE")).status).toBe(482);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });
});
