// Calls that their addressee does not want, and forwarding while it is unreachable.
import { describe, expect, test } from "@jest/globals";
import type { RoutingPolicy } from "../../../lib/sip/state/routing-policy.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { establish } from "../../support/phone/call.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../support/phone/network.ts";
import type { Phone } from "../../support/phone/phone.ts";

const aorOf = (user: string) => `sip:${user}@${DOMAIN}`;

/** Bob has the policy. Alice, bob and carol are online. */
async function withPolicy(policy: RoutingPolicy) {
  const network = createNetwork();
  network.state.addSubscriber({ aor: aorOf("bob"), ha1: secretsOf("bob"), ...policy });
  const [alice, bob, carol] = [
    await network.online("alice"),
    await network.online("bob", { flow: "bob" }),
    await network.online("carol"),
  ];
  return { network, alice, bob, carol };
}

const rings = ({ inbox }: Phone) => inbox.titles().includes("INVITE");

describe("RFC 3261 §21.4.18: a user that is not to be disturbed", () => {
  test("answers a call with 480 and its reason, and no phone rings", async () => {
    const { alice, bob } = await withPolicy({ doNotDisturb: true });
    const refused = await alice.ask("INVITE", bob.aor);
    expect([refused.status, refused.reason, rings(bob)]).toEqual([480, "Do Not Disturb", false]);
  });

  test("has its calls forwarded as on busy, with that reason in Diversion (RFC 5806)", async () => {
    const { alice, bob, carol } = await withPolicy({ doNotDisturb: true, forwarding: { busy: aorOf("carol") } });
    await alice.request("INVITE", bob.aor);
    const invite = await carol.takeRequest("INVITE");
    expect(header(invite, "diversion")).toBe(`<${bob.aor}>;reason=do-not-disturb;counter=1`);
    expect(rings(bob)).toBe(false);
  });

  test("gets texts, and a call that replaces one of its own (RFC 3891)", async () => {
    const { alice, bob } = await withPolicy({ doNotDisturb: true });
    await alice.request("MESSAGE", bob.aor, { body: "Hello" });
    await bob.takeRequest("MESSAGE");
    const { invite, caller } = await establish(bob, alice);
    const tags = `to-tag=${caller.localTag};from-tag=${caller.remoteTag}`;
    await alice.request("INVITE", bob.aor, { lines: [`Replaces: ${invite.callId};${tags}`] });
    await bob.takeRequest("INVITE");
  });

  test("is passed over in a group", async () => {
    const { network, alice, bob, carol } = await withPolicy({ doNotDisturb: true });
    const group = [aorOf("bob"), aorOf("carol")];
    network.state.addSubscriber({ aor: aorOf("team"), ha1: {}, group });
    await alice.request("INVITE", aorOf("team"));
    await carol.takeRequest("INVITE");
    expect(rings(bob)).toBe(false);
  });
});

describe("RFC 3261 §21.6.2: a user that has blocked a caller", () => {
  test.each([
    ["by its address", [aorOf("alice")]],
    ["by its domain", [`sip:*@${DOMAIN}`]],
  ])("%s answers its calls and texts with 603, and no phone hears of them", async (_how, blocked) => {
    const { network, alice, bob } = await withPolicy({ blocked, forwarding: { always: aorOf("carol") } });
    expect((await alice.ask("INVITE", bob.aor)).status).toBe(603);
    await bob.close();
    expect((await alice.ask("MESSAGE", bob.aor)).status).toBe(603);
    expect([rings(bob), network.state.rows.storedMessages.size]).toEqual([false, 0]);
  });

  test("gets the calls of others", async () => {
    const { alice, bob } = await withPolicy({ blocked: [aorOf("carol"), "sip:*@example.net"] });
    await alice.request("INVITE", bob.aor);
    await bob.takeRequest("INVITE");
  });

  test("is not called by a forwarding of another user either", async () => {
    const { network, alice, bob, carol } = await withPolicy({ blocked: [aorOf("alice")] });
    const forwarding = { busy: bob.aor };
    network.state.addSubscriber({ aor: carol.aor, ha1: secretsOf("carol"), forwarding });
    await alice.request("INVITE", carol.aor);
    await carol.answer(await carol.takeRequest("INVITE"), 486);
    expect([(await alice.takeFinal("INVITE")).status, rings(bob)]).toEqual([486, false]);
  });
});

describe("forwarding while a user is unreachable (3GPP CFNRc), apart from that on no answer", () => {
  const forwarding = { unreachable: aorOf("carol"), noAnswer: aorOf("alice") };

  test("applies if no phone is registered", async () => {
    const { alice, bob, carol } = await withPolicy({ forwarding });
    await bob.close();
    await alice.request("INVITE", bob.aor);
    expect(header(await carol.takeRequest("INVITE"), "diversion")).toContain("reason=unavailable");
  });

  test("applies if the connection of the phone is gone", async () => {
    const { network, alice, bob, carol } = await withPolicy({ forwarding });
    network.cut("bob");
    await alice.request("INVITE", bob.aor);
    await carol.takeRequest("INVITE");
  });

  test.each([{ unreachable: aorOf("carol") }, { noAnswer: aorOf("carol") }])(
    "applies to a group of which no member has a phone: %j",
    async (conditions) => {
      const { network, alice, bob, carol } = await withPolicy({});
      await bob.close();
      const group = { group: [bob.aor], forwarding: conditions };
      network.state.addSubscriber({ aor: aorOf("team"), ha1: secretsOf("team"), ...group });
      await alice.request("INVITE", aorOf("team"));
      expect(header(await carol.takeRequest("INVITE"), "diversion")).toBe(
        `<${aorOf("team")}>;reason=unavailable;counter=1`,
      );
      expect((await alice.ask("MESSAGE", aorOf("team"), { body: "Hello" })).status).toBe(202);
    },
  );

  test("does not apply if the phone rings and is not answered", async () => {
    const { network, alice, bob, carol } = await withPolicy({
      forwarding: { unreachable: aorOf("carol") },
      ringSeconds: 20,
    });
    await alice.request("INVITE", bob.aor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    await network.pass(25);
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
    expect(rings(carol)).toBe(false);
  });
});
