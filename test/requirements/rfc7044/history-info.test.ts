// History-Info (RFC 7044) of forwarded calls, beside Diversion.
import { describe, expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import { headers, type SipRequest } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

/** Bob and carol have the policies; all three are online. */
async function threePhones(
  ofBob: RoutingPolicy,
  ofCarol: RoutingPolicy = {},
  peers: Readonly<Record<string, string>> = {},
) {
  const network = createNetwork({ peers });
  network.state.addSubscriber({ aor: aorOf("bob"), ha1: secretsOf("bob"), ...ofBob });
  network.state.addSubscriber({ aor: aorOf("carol"), ha1: secretsOf("carol"), ...ofCarol });
  network.state.addSubscriber({ aor: aorOf("dave"), ha1: secretsOf("dave") });
  const [alice, bob, carol, dave] = [
    await network.online("alice"),
    await network.online("bob"),
    await network.online("carol"),
    await network.online("dave"),
  ];
  return { network, alice, bob, carol, dave };
}

/** Alice is a gateway, which may tell of the forwardings before it. */
const GATEWAY = { "pstn.example": aorOf("alice") };

/** Its entries; the contact of the phone itself, which ends them, is `CONTACT`. */
const historyOf = (request: SipRequest, { contact }: Phone) =>
  headers(request, "history-info").map((entry) => entry.replace(contact, "CONTACT"));

describe("RFC 7044: a forwarded call", () => {
  test("tells its addresses in their order, with causes (RFC 4458), and the contact that it came to", async () => {
    const { alice, bob, carol, dave } = await threePhones(
      { forwarding: { always: aorOf("carol") } },
      { doNotDisturb: true, forwarding: { busy: aorOf("dave") } },
    );
    await alice.request("INVITE", bob.aor);
    const invite = await dave.takeRequest("INVITE");
    expect(historyOf(invite, dave)).toEqual([
      `<${bob.aor}>;index=1`,
      `<${carol.aor};cause=302>;index=1.1;mp=1`,
      `<${dave.aor};cause=404>;index=1.1.1;mp=1.1`,
      "<CONTACT>;index=1.1.1.1;rc=1.1.1",
    ]);
    expect(headers(invite, "diversion")).toHaveLength(2);
  });

  test("tells a forwarding on busy and one on no answer, which come while it is under way", async () => {
    const { network, alice, bob, carol, dave } = await threePhones(
      { forwarding: { busy: aorOf("carol") } },
      { ringSeconds: 10, forwarding: { noAnswer: aorOf("dave") } },
    );
    await alice.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    const second = await carol.takeRequest("INVITE");
    expect(historyOf(second, carol)).toEqual([
      `<${bob.aor}>;index=1`,
      `<${carol.aor};cause=486>;index=1.2;mp=1`,
      "<CONTACT>;index=1.2.1;rc=1.2",
    ]);
    await carol.answer(second, 180);
    await network.pass(10);
    expect(historyOf(await dave.takeRequest("INVITE"), dave)).toEqual([
      `<${bob.aor}>;index=1`,
      `<${carol.aor};cause=486>;index=1.2;mp=1`,
      `<${dave.aor};cause=408>;index=1.2.2;mp=1.2`,
      "<CONTACT>;index=1.2.2.1;rc=1.2.2",
    ]);
  });

  test("§10.3: no two copies of a call have entries with one index: always to carol, then on no answer to dave", async () => {
    const { network, alice, bob, carol, dave } = await threePhones(
      { forwarding: { always: aorOf("carol") } },
      { ringSeconds: 10, forwarding: { noAnswer: aorOf("dave") } },
    );
    await alice.request("INVITE", bob.aor);
    const first = historyOf(await carol.takeRequest("INVITE"), carol);
    await network.pass(10);
    const second = historyOf(await dave.takeRequest("INVITE"), dave);
    const entries = [...new Set([...first, ...second])];
    const indexes = entries.map((entry) => /;index=([\d.]+)/.exec(entry)?.[1]);
    expect(indexes).toEqual(["1", "1.1", "1.1.1", "1.1.2", "1.1.2.1"]);
  });

  test("§10.3: each level begins with 1 and counts on without a gap, by forwardings and by forks", async () => {
    const { network, alice, bob, carol, dave } = await threePhones(
      { forwarding: { busy: aorOf("carol") } },
      { ringSeconds: 10, forwarding: { noAnswer: aorOf("dave") } },
    );
    const second = await network.online("carol", { flow: "second device" });
    await alice.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    const copies = [await carol.takeRequest("INVITE"), await second.takeRequest("INVITE")];
    await network.pass(10);
    copies.push(await dave.takeRequest("INVITE"));
    const indexes = copies.map((copy) => /;index=([\d.]+);rc=/.exec(headers(copy, "history-info").at(-1) ?? "")?.[1]);
    expect(indexes).toEqual(["1.2.1", "1.2.2", "1.2.3.1"]);
  });

  test("goes on with the entries of an earlier hop; an address that the hop has not noted leaves a 0 (§10.3)", async () => {
    const { alice, bob, carol } = await threePhones({ forwarding: { always: aorOf("carol") } }, {}, GATEWAY);
    await alice.request("INVITE", bob.aor, {
      lines: ["History-Info: <sip:office@example.net>;index=1, <sip:desk@example.net>;index=1.2;mp=1"],
    });
    expect(historyOf(await carol.takeRequest("INVITE"), carol).slice(1)).toEqual([
      `<${bob.aor}>;index=1.2.0.1`,
      `<${carol.aor};cause=302>;index=1.2.0.1.1;mp=1.2.0.1`,
      "<CONTACT>;index=1.2.0.1.1.1;rc=1.2.0.1.1",
    ]);
  });

  test("tells only of this server's forwardings if a phone writes History-Info or Diversion (RFC 5806 §8)", async () => {
    const { alice, bob, carol } = await threePhones({});
    const lines = [
      "History-Info: <sip:boss@example.net>;index=1",
      "Diversion: <sip:boss@example.net>;reason=unconditional",
    ];
    await alice.request("INVITE", bob.aor, { lines });
    const plain = await bob.takeRequest("INVITE");
    expect([headers(plain, "history-info"), headers(plain, "diversion")]).toEqual([[], []]);
    const other = await threePhones({ forwarding: { always: carol.aor } });
    await other.alice.request("INVITE", bob.aor, { lines });
    const forwarded = await other.carol.takeRequest("INVITE");
    expect(historyOf(forwarded, other.carol)).toEqual([
      `<${bob.aor}>;index=1`,
      `<${carol.aor};cause=302>;index=1.1;mp=1`,
      "<CONTACT>;index=1.1.1;rc=1.1",
    ]);
    expect(headers(forwarded, "diversion")).toEqual([`<${bob.aor}>;reason=unconditional;counter=1`]);
  });

  test("keeps what a peer writes without a forwarding here", async () => {
    const { alice, bob } = await threePhones({}, {}, GATEWAY);
    const lines = ["Diversion: <sip:boss@example.net>;reason=unconditional"];
    await alice.request("INVITE", bob.aor, { lines });
    expect(headers(await bob.takeRequest("INVITE"), "diversion")).toEqual([
      "<sip:boss@example.net>;reason=unconditional",
    ]);
  });

  test("has none of this without a forwarding, and none if the caller wants privacy (§10.1)", async () => {
    const { alice, bob, carol } = await threePhones({});
    await alice.request("INVITE", bob.aor);
    expect(headers(await bob.takeRequest("INVITE"), "history-info")).toEqual([]);
    const other = await threePhones({ forwarding: { always: carol.aor } });
    await other.alice.request("INVITE", bob.aor, { lines: ["Privacy: id;history"] });
    const invite = await other.carol.takeRequest("INVITE");
    expect([headers(invite, "history-info").length, headers(invite, "diversion").length]).toEqual([0, 1]);
  });

  test.each([
    "<sip:x@example.net>;index=1.x",
    "<sip:x@example.net>",
    `<sip:x@example.net>;index=${"1.".repeat(40)}1`,
    ",,",
  ])("begins again where the last entry has no index that can be continued: %s", async (entry) => {
    const { alice, bob, carol } = await threePhones({ forwarding: { always: aorOf("carol") } }, {}, GATEWAY);
    await alice.request("INVITE", bob.aor, { lines: [`History-Info: ${entry}`] });
    expect(historyOf(await carol.takeRequest("INVITE"), carol).slice(1)).toEqual([
      `<${bob.aor}>;index=1`,
      `<${carol.aor};cause=302>;index=1.1;mp=1`,
      "<CONTACT>;index=1.1.1;rc=1.1",
    ]);
  });
});
