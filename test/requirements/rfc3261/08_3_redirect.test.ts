import { describe, expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, type Network, secretsOf } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;
const carolAor = `sip:carol@${DOMAIN}`;

/** A network where bob, or the named user, has a policy. */
function withPolicy(policies: Record<string, RoutingPolicy>, settings: Partial<Settings> = {}): Network {
  const network = createNetwork(settings);
  for (const [user, policy] of Object.entries(policies)) {
    network.state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: {}, ...policy });
  }
  return network;
}

/** A phone that bob registered before he had a policy. */
async function registered(policies: Record<string, RoutingPolicy>, settings: Partial<Settings> = {}) {
  const network = createNetwork(settings);
  const alice = await network.online("alice");
  const bob = await network.online("bob");
  const carol = await network.online("carol");
  for (const [user, policy] of Object.entries(policies)) {
    network.state.addSubscriber({ aor: `sip:${user}@${DOMAIN}`, ha1: {}, ...policy });
  }
  return { network, alice, bob, carol };
}

describe("RFC 3261 §8.3 redirect server", () => {
  test.each<[string, Record<string, RoutingPolicy>, Partial<Settings>]>([
    ["of the deployment", {}, { routing: "redirect" }],
    ["of the domain", {}, { routingByDomain: { [DOMAIN]: "redirect" } }],
    ["of the subscriber", { bob: { routing: "redirect" } }, {}],
  ])("as the policy %s: 302 with the bindings as GRUUs, nothing is forwarded", async (_what, policies, settings) => {
    const { alice, bob } = await registered(policies, settings);
    const moved = await alice.ask("INVITE", bobAor);
    expect([moved.status, headers(moved, "contact")]).toEqual([302, [`<${bobAor};gr=${bob.instance}>`]]);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("a subscriber's own routing comes before the deployment's", async () => {
    const { alice, bob } = await registered({ bob: { routing: "proxy" } }, { routing: "redirect" });
    await alice.request("INVITE", bobAor);
    await bob.takeRequest("INVITE");
  });

  test("the contacts come best first, with their q", async () => {
    const { network, alice, bob } = await registered({ bob: { routing: "redirect" } });
    const desk = network.phone("bob");
    const lines = [
      `Contact: <${bob.contact}>;+sip.instance="<${bob.instance}>";reg-id=1;q=0.3`,
      `Contact: <${desk.contact}>;q=0.7`,
    ];
    await bob.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
    expect(headers(await alice.ask("INVITE", bobAor), "contact")).toEqual([
      expect.stringMatching(/^<sip:bob@example\.com;gr=contact:[\w-]{16}>;q=0\.7$/),
      `<${bobAor};gr=${bob.instance}>;q=0.3`,
    ]);
  });

  test("the GRUU of a 302 leads to that very device", async () => {
    const { network, alice, bob } = await registered({ bob: { routing: "redirect" } });
    const moved = await alice.ask("INVITE", bobAor);
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), routing: "redirect" });
    const other = await network.online("bob");
    const [gruu = ""] = headers(moved, "contact");
    await alice.request("INVITE", gruu.slice(1, -1));
    expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
    expect(other.inbox.titles()).not.toContain("INVITE");
  });

  test("a group is 300 with its members", async () => {
    const { alice } = await registered({ team: { group: [bobAor, carolAor], routing: "redirect" } });
    const choice = await alice.ask("INVITE", `sip:team@${DOMAIN}`);
    expect([choice.status, headers(choice, "contact")]).toEqual([300, [`<${bobAor}>`, `<${carolAor}>`]]);
  });
});

describe("RFC 3261 §16.5: aliases and groups", () => {
  test("an alias rings the phones of the address it stands for", async () => {
    const { alice, bob } = await registered({ robert: { aliasOf: bobAor } });
    await alice.request("INVITE", `sip:robert@${DOMAIN}`);
    await bob.takeRequest("INVITE");
  });

  test("a group rings all phones of all its members; the first that answers has the call", async () => {
    const { alice, bob, carol } = await registered({ team: { group: [bobAor, carolAor] } });
    await alice.request("INVITE", `sip:team@${DOMAIN}`);
    const ringing = await bob.takeRequest("INVITE");
    await bob.answer(ringing, 180);
    await carol.answer(await carol.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
    await bob.takeRequest("CANCEL");
  });

  test("a group without a registered member is 480", async () => {
    const network = withPolicy({ team: { group: [bobAor] } });
    const alice = await network.online("alice");
    expect((await alice.ask("INVITE", `sip:team@${DOMAIN}`)).status).toBe(480);
  });
});

describe("call forwarding", () => {
  test("always: the call goes elsewhere, with the reason in Diversion (RFC 5806)", async () => {
    const { alice, bob, carol } = await registered({ bob: { forwarding: { always: carolAor } } });
    await alice.request("INVITE", bobAor);
    expect(header(await carol.takeRequest("INVITE"), "diversion")).toBe(`<${bobAor}>;reason=unconditional;counter=1`);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("always, by redirection: the caller gets a 302 to the target", async () => {
    const { alice } = await registered({ bob: { routing: "redirect", forwarding: { always: carolAor } } });
    const moved = await alice.ask("INVITE", bobAor);
    expect([moved.status, header(moved, "contact")]).toEqual([302, `<${carolAor}>`]);
  });

  test.each(["MESSAGE", "REFER", "OPTIONS"])("forwarding of calls does not apply to %s", async (method) => {
    const forwarding = { always: carolAor, busy: carolAor, noAnswer: carolAor };
    const { alice, bob, carol } = await registered({ bob: { forwarding } });
    await alice.request(method, bobAor);
    await bob.answer(await bob.takeRequest(method), 486);
    await alice.takeResponse(486, method);
    await bob.register(0);
    expect((await alice.ask(method, bobAor)).status).toBe(method === "MESSAGE" ? 202 : 480);
    expect(carol.inbox.titles()).not.toContain(method);
  });

  test("RFC 3891: an INVITE with Replaces is not forwarded, and reaches the phone that has the call", async () => {
    const { alice, bob, carol } = await registered({ bob: { forwarding: { always: carolAor } } });
    const { invite, caller } = await establish(bob, alice);
    const tags = `to-tag=${caller.localTag};from-tag=${caller.remoteTag}`;
    await alice.request("INVITE", bobAor, { lines: [`Replaces: ${invite.callId};${tags}`] });
    await bob.takeRequest("INVITE");
    expect(carol.inbox.titles()).not.toContain("INVITE");
  });

  test("when busy: the 486 is not passed on, and the other phone rings", async () => {
    const { alice, bob, carol } = await registered({ bob: { forwarding: { busy: carolAor } } });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await bob.takeRequest("ACK");
    const forwarded = await carol.takeRequest("INVITE");
    expect(header(forwarded, "diversion")).toContain("reason=user-busy");
    await carol.answer(forwarded, 200);
    await alice.takeResponse(200, "INVITE");
    expect(alice.inbox.titles()).not.toContain("486 INVITE");
  });

  test("on no answer after the subscriber's ring time: the phone is cancelled, and the other one rings", async () => {
    const { network, alice, bob, carol } = await registered({
      bob: { ringSeconds: 20, forwarding: { noAnswer: carolAor } },
    });
    await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await network.pass(20);
    await bob.takeRequest("CANCEL");
    await bob.answer(invite, 487);
    const forwarded = await carol.takeRequest("INVITE");
    expect(header(forwarded, "diversion")).toContain("reason=no-answer");
    await carol.answer(forwarded, 180);
    await network.pass(100); // carol's phone has its own ring time
    expect([alice.inbox.titles(), carol.inbox.titles()].flat()).not.toContain("408 INVITE");
    expect(carol.inbox.titles()).not.toContain("CANCEL");
    await carol.answer(forwarded, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test.each([408, 480])(
    "a %i from a phone counts as no answer: it is not passed on, and the other phone rings",
    async (status) => {
      const { alice, bob, carol } = await registered({ bob: { forwarding: { noAnswer: carolAor } } });
      await alice.request("INVITE", bobAor);
      await bob.answer(await bob.takeRequest("INVITE"), status);
      const forwarded = await carol.takeRequest("INVITE");
      expect(header(forwarded, "diversion")).toContain("reason=no-answer");
      await carol.answer(forwarded, 200);
      await alice.takeResponse(200, "INVITE");
    },
  );

  test("a target that a 302 has reached within the call already is not rung once more by the forwarding (§16.5)", async () => {
    const policies = { bob: { ringSeconds: 20, forwarding: { noAnswer: carolAor } } };
    const { network, alice, bob, carol } = await registered(policies, { followsRedirects: true });
    const pad = await network.online("carol");
    await pad.request("REGISTER", `sip:${DOMAIN}`, { to: carolAor, lines: [`Contact: <${pad.contact}>;q=0.5`] });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 302, { lines: [`Contact: <${carolAor}>`] });
    const rung = await carol.takeRequest("INVITE");
    await carol.answer(rung, 180);
    await network.pass(20); // bob's ring time ends, and with it that of the pad, which waits for its turn
    await carol.takeRequest("CANCEL");
    await carol.answer(rung, 487);
    await pad.answer(await pad.takeRequest("INVITE"), 486);
    await network.pass(40);
    const invites = [carol, pad].map(({ inbox }) => inbox.titles().filter((title) => title === "INVITE").length);
    expect(invites).toEqual([1, 1]);
    expect((await alice.takeFinal("INVITE")).status).toBeGreaterThanOrEqual(400);
  });

  test("on no answer: a phone that sends no response at all counts as one, after 32 s whatever the ring time", async () => {
    const { network, alice, carol } = await registered({ bob: { forwarding: { noAnswer: carolAor } } });
    await alice.request("INVITE", bobAor);
    await network.pass(32);
    await carol.takeRequest("INVITE");
    expect(alice.inbox.titles()).not.toContain("408 INVITE");
  });

  test("on no answer: a phone whose connection is found to be gone counts as one", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    await network.online("bob", { flow: "bob-1" });
    const carol = await network.online("carol");
    network.state.addSubscriber({ aor: bobAor, ha1: {}, forwarding: { noAnswer: carolAor } });
    network.cut("bob-1");
    await alice.request("INVITE", bobAor);
    const forwarded = await carol.takeRequest("INVITE");
    expect(header(forwarded, "diversion")).toContain("reason=unavailable");
    await carol.answer(forwarded, 200);
    await alice.takeResponse(200, "INVITE");
    expect(alice.inbox.titles()).not.toContain("480 INVITE");
  });

  test("a 486 of one phone is not decided on while another phone rings, and the subscriber's ring time goes on", async () => {
    const { network, alice, bob, carol } = await registered({
      bob: { ringSeconds: 20, forwarding: { busy: carolAor } },
    });
    const other = network.phone("bob");
    network.state.addSubscriber({
      aor: bobAor,
      ha1: secretsOf("bob"),
      ringSeconds: 20,
      forwarding: { busy: carolAor },
    });
    await other.register();
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await other.answer(await other.takeRequest("INVITE"), 180);
    expect(carol.inbox.titles()).not.toContain("INVITE");
    await network.pass(20);
    await other.takeRequest("CANCEL");
    expect(header(await carol.takeRequest("INVITE"), "diversion")).toContain("reason=user-busy");
  });

  test("a 603, which declines for all phones, is not forwarded", async () => {
    const { network, alice, bob, carol } = await registered({});
    const other = await network.online("bob");
    const forwarding = { busy: carolAor, noAnswer: carolAor };
    network.state.addSubscriber({ aor: bobAor, ha1: {}, forwarding });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 603);
    await other.answer(await other.takeRequest("INVITE"), 486);
    await alice.takeResponse(603, "INVITE");
    expect(carol.inbox.titles()).not.toContain("INVITE");
  });

  test("a call for a subscriber without a registered phone goes where unanswered calls go", async () => {
    const network = withPolicy({ bob: { forwarding: { noAnswer: carolAor } } });
    const [alice, carol] = [await network.online("alice"), await network.online("carol")];
    await alice.request("INVITE", bobAor);
    await carol.takeRequest("INVITE");
  });

  test("an INVITE that was forwarded several times has all reasons in Diversion, the latest first", async () => {
    const { alice, carol } = await registered({
      bob: { forwarding: { always: `sip:dave@${DOMAIN}` } },
      dave: { forwarding: { always: carolAor } },
    });
    await alice.request("INVITE", bobAor);
    expect(headers(await carol.takeRequest("INVITE"), "diversion")).toEqual([
      `<sip:dave@${DOMAIN}>;reason=unconditional;counter=1`,
      `<${bobAor}>;reason=unconditional;counter=1`,
    ]);
  });

  test("two subscribers that forward to each other always: 482", async () => {
    const { alice } = await registered({
      bob: { forwarding: { always: carolAor } },
      carol: { forwarding: { always: bobAor } },
    });
    expect((await alice.ask("INVITE", bobAor)).status).toBe(482);
  });

  test("two subscribers that forward to each other when busy: each is rung once, then the caller gets 486", async () => {
    const { alice, bob, carol } = await registered({
      bob: { forwarding: { busy: carolAor } },
      carol: { forwarding: { busy: bobAor } },
    });
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    expect((await alice.takeFinal("INVITE")).status).toBe(486);
    expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("a target outside our domains is reached only if it is a peer", async () => {
    const { alice } = await registered({ bob: { forwarding: { always: "sip:x@elsewhere.example" } } });
    expect((await alice.ask("INVITE", bobAor)).status).toBe(480);
  });

  test("a CANCEL of the caller ends the search", async () => {
    const { network, alice, bob, carol } = await registered({ bob: { forwarding: { noAnswer: carolAor } } });
    const sent = await alice.request("INVITE", bobAor);
    const invite = await bob.takeRequest("INVITE");
    await bob.answer(invite, 180);
    await alice.request("CANCEL", bobAor, sent);
    await bob.answer(invite, 487);
    expect((await alice.takeFinal("INVITE")).status).toBe(487);
    await network.pass(600);
    expect(carol.inbox.titles()).not.toContain("INVITE");
  });
});

test("a phone that two members of a group share is rung once", async () => {
  const { alice, bob } = await registered({
    robert: { aliasOf: bobAor },
    team: { group: [bobAor, `sip:robert@${DOMAIN}`] },
  });
  await alice.request("INVITE", `sip:team@${DOMAIN}`);
  expect(bob.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
});

describe("peers", () => {
  const peers = { "pstn.example": carolAor };

  test("a foreign domain of a peer is reached through the peer's device, with its URI untouched", async () => {
    const { alice, carol } = await registered({}, { peers });
    await alice.request("INVITE", "sip:+4930123@pstn.example");
    expect((await carol.takeRequest("INVITE")).uri).toBe("sip:+4930123@pstn.example");
  });

  test("only the peer may use addresses of its domain in From", async () => {
    const { alice, bob, carol } = await registered({}, { peers });
    const from = "sip:+4930123@pstn.example";
    await carol.request("INVITE", bobAor, { from });
    await bob.takeRequest("INVITE");
    expect((await alice.ask("INVITE", bobAor, { from })).status).toBe(403);
  });
});
