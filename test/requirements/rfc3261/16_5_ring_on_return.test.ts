// Devices that register while a call rings their user.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN, type Line, type Network, secretsOf } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

/** The look of the first timer. */
const LOOK = 32;

/** Alice calls bob, whose desk phone rings. */
async function ringing(
  { lines = [], desk: line = {} }: { lines?: readonly string[]; desk?: Line } = {},
  settings: Partial<Settings> = {},
) {
  const network = createNetwork(settings);
  const alice = await network.online("alice");
  const desk = await network.online("bob", { flow: "desk", ...line });
  const sent = await alice.request("INVITE", bobAor, { lines });
  const invite = await desk.takeRequest("INVITE");
  await desk.answer(invite, 180, { tag: "desk" });
  return { network, alice, desk, sent, invite };
}

/** Bob's mobile phone registers, and the next timer fires. */
async function arrives(network: Network, line: Line = {}) {
  const mobile = await network.online("bob", { flow: "mobile", ...line });
  await network.pass(LOOK);
  return mobile;
}

describe("RFC 3261 §16.5: a device that registers while a call rings its user", () => {
  test("gets the INVITE with the next look, in a branch of its own, and the caller hears it ring", async () => {
    const { network, alice, invite } = await ringing();
    const mobile = await arrives(network);
    const late = await mobile.takeRequest("INVITE");
    expect(late.uri).toBe(mobile.contact);
    expect(header(late, "call-id")).toBe(header(invite, "call-id"));
    expect(header(late, "via")).not.toBe(header(invite, "via"));
    await mobile.answer(late, 183, { tag: "mobile" });
    expect(header(await alice.takeResponse(183, "INVITE"), "to")).toContain("tag=mobile");
  });

  test("may answer: the caller gets its 200, and the device that rang first gets CANCEL", async () => {
    const { network, alice, desk, invite } = await ringing();
    const mobile = await arrives(network);
    await mobile.answer(await mobile.takeRequest("INVITE"), 200, { tag: "mobile" });
    expect(header(await alice.takeResponse(200, "INVITE"), "to")).toContain("tag=mobile");
    await desk.answer(await desk.takeRequest("CANCEL"), 200);
    await desk.answer(invite, 487);
    await desk.takeRequest("ACK");
  });

  test("gets CANCEL when the first device answers, and when the caller gives up", async () => {
    for (const end of ["answer", "cancel"] as const) {
      const { network, alice, desk, sent, invite } = await ringing();
      const mobile = await arrives(network);
      await mobile.answer(await mobile.takeRequest("INVITE"), 180);
      if (end === "answer") await desk.answer(invite, 200);
      else await alice.request("CANCEL", bobAor, sent);
      await mobile.takeRequest("CANCEL");
    }
  });

  test("keeps the call from ending when the first device refuses", async () => {
    const { network, alice, desk, invite } = await ringing();
    const mobile = await arrives(network);
    const late = await mobile.takeRequest("INVITE");
    await mobile.answer(late, 180);
    await desk.answer(invite, 486);
    expect(alice.inbox.titles().filter((title) => title.startsWith("486"))).toEqual([]);
    await mobile.answer(late, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("is rung once, however many looks find it, and not after it has refused", async () => {
    const { network } = await ringing();
    const mobile = await arrives(network);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    await network.pass(90);
    expect(mobile.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("is not rung again on another connection after it has refused", async () => {
    const { network } = await ringing();
    const mobile = await arrives(network);
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    await mobile.close();
    const back = await network.online("bob", { flow: "mobile-2", instance: mobile.instance });
    await network.pass(60);
    expect(back.inbox.titles()).not.toContain("INVITE");
  });

  test("has the 32 s of timer B from its own INVITE on (§17.1.1.2)", async () => {
    const { network, alice, desk, invite } = await ringing();
    await network.pass(LOOK - 1);
    const mobile = await network.online("bob", { flow: "mobile" });
    await network.pass(1);
    const late = await mobile.takeRequest("INVITE");
    await desk.answer(invite, 486);
    await network.pass(31);
    await mobile.answer(late, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("and answers nothing ends after that time, and so does the call", async () => {
    const { network, alice, desk, invite } = await ringing();
    await (await arrives(network)).takeRequest("INVITE");
    await desk.answer(invite, 486);
    expect(alice.inbox.titles().some((title) => title.startsWith("4") && title.endsWith("INVITE"))).toBe(false);
    await network.pass(LOOK);
    expect((await alice.takeFinal("INVITE")).status).toBe(408);
  });
});

describe("RFC 3261 §16.6: a device that registers while a call rings its user", () => {
  test("and is less preferred waits until the others have refused", async () => {
    const { network, alice, desk, invite } = await ringing();
    const mobile = await arrives(network, { parameters: ";q=0.5" });
    expect(mobile.inbox.titles()).not.toContain("INVITE");
    await desk.answer(invite, 486);
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
  });
});

describe("RFC 5627 §6.1: a call to a GRUU", () => {
  test("rings no other device that registers meanwhile", async () => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", `${bobAor};gr=${desk.instance}`);
    await desk.answer(await desk.takeRequest("INVITE"), 180);
    const mobile = await arrives(network);
    await network.pass(60);
    expect(mobile.inbox.titles()).not.toContain("INVITE");
  });
});

describe("RFC 5393 §5.3.3.1: a late branch", () => {
  test("takes one of this server's own limit where the caller gave none", async () => {
    const { network } = await ringing();
    const mobile = await arrives(network);
    expect(header(await mobile.takeRequest("INVITE"), "max-breadth")).toBe("1");
  });

  test("is not opened where the branches that ring have the caller's whole breadth", async () => {
    const { network } = await ringing({ lines: ["Max-Breadth: 5"] });
    const mobile = await arrives(network);
    expect(mobile.inbox.titles()).not.toContain("INVITE");
  });
});

describe("a device that registers during a forwarded call", () => {
  /** Bob's calls go to carol, whose phone rings. */
  async function forwarded() {
    const network = createNetwork();
    const [alice, carol] = [await network.online("alice"), await network.online("carol", { flow: "carol-1" })];
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), forwarding: { always: carol.aor } });
    await alice.request("INVITE", bobAor);
    await carol.answer(await carol.takeRequest("INVITE"), 180);
    return network;
  }

  test("rings if the call was forwarded to its user", async () => {
    const network = await forwarded();
    const second = await network.online("carol", { flow: "carol-2" });
    await network.pass(LOOK);
    await second.takeRequest("INVITE");
  });

  test("does not ring if the calls of its user are forwarded", async () => {
    const network = await forwarded();
    const mobile = await arrives(network);
    expect(mobile.inbox.titles()).not.toContain("INVITE");
  });
});

describe("ringOnReturn: a device that registers while a call rings its user rings at once", () => {
  const atOnce = { ringOnReturn: "at once" } as const;

  test("after the 200 to its REGISTER, and the next look does not ring it again", async () => {
    const { network, desk } = await ringing({}, atOnce);
    const mobile = await network.online("bob", { flow: "mobile" });
    expect(mobile.inbox.titles()).toEqual(["401 REGISTER", "200 REGISTER", "INVITE"]);
    await mobile.answer(await mobile.takeRequest("INVITE"), 180);
    await network.pass(LOOK);
    expect(mobile.inbox.titles().slice(3)).toEqual([]);
    expect(desk.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("and its 200 cancels the others", async () => {
    const { network, alice, desk } = await ringing({}, atOnce);
    const mobile = await network.online("bob", { flow: "mobile" });
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
    await desk.takeRequest("CANCEL");
  });

  test("once, however often it registers", async () => {
    const { network } = await ringing({}, atOnce);
    const mobile = await network.online("bob", { flow: "mobile" });
    await mobile.register();
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    await mobile.register();
    expect(mobile.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("has a ringing time of its own before timer B ends it", async () => {
    const { network, alice, desk, invite } = await ringing({}, atOnce);
    await network.pass(LOOK - 1);
    const mobile = await network.online("bob", { flow: "mobile" });
    const late = await mobile.takeRequest("INVITE");
    await desk.answer(invite, 486);
    await network.pass(31);
    await mobile.answer(late, 200);
    await alice.takeResponse(200, "INVITE");
  });

  test("unless the call was answered, refused or cancelled before", async () => {
    for (const end of ["answer", "refuse", "cancel"] as const) {
      const { network, alice, desk, sent, invite } = await ringing({}, atOnce);
      if (end === "cancel") await alice.request("CANCEL", bobAor, sent);
      else await desk.answer(invite, end === "answer" ? 200 : 603);
      const mobile = await network.online("bob", { flow: "mobile" });
      await network.pass(LOOK);
      expect(mobile.inbox.titles()).not.toContain("INVITE");
    }
  });

  test("if a call that was forwarded rings its user", async () => {
    const network = createNetwork(atOnce);
    const [alice, carol] = [await network.online("alice"), await network.online("carol", { flow: "carol-1" })];
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), forwarding: { busy: carol.aor } });
    const desk = await network.online("bob", { flow: "desk" });
    await alice.request("INVITE", bobAor);
    await desk.answer(await desk.takeRequest("INVITE"), 486);
    await carol.answer(await carol.takeRequest("INVITE"), 180);
    await (await network.online("carol", { flow: "carol-2" })).takeRequest("INVITE");
    const mobile = await network.online("bob", { flow: "mobile" });
    expect(mobile.inbox.titles()).not.toContain("INVITE");
  });

  test("also when it registers between the two writes of the INVITE", async () => {
    let mobile: ReturnType<Network["phone"]> | undefined;
    let registers: Promise<unknown> | undefined;
    const network: Network = createNetwork(atOnce, (ports) => ({
      commit: async (changes) => {
        const opening = changes.find((change) => change.kind === "context" && change.context.version === 0);
        if (opening === undefined || mobile === undefined) return ports.commit(changes);
        const others = changes.filter((change) => change !== opening);
        await ports.commit(others);
        registers = mobile.send(registration.text);
        await Promise.resolve();
        return ports.commit([opening]);
      },
    }));
    const alice = await network.online("alice");
    const desk = await network.online("bob", { flow: "desk" });
    const phone = network.phone("bob", { flow: "mobile" });
    const first = phone.write("REGISTER", `sip:${DOMAIN}`, { to: bobAor });
    await phone.send(first.text);
    const challenge = await phone.takeResponse(401, "REGISTER");
    const lines = [`Contact: <${phone.contact}>`, phone.credentials(challenge, first)];
    const registration = phone.write("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
    mobile = phone;
    await alice.request("INVITE", bobAor);
    await registers;
    await desk.takeRequest("INVITE");
    await phone.takeRequest("INVITE");
  });
});

test("a second gateway that registers while a call rings the first gets the number that was dialed", async () => {
  const network = createNetwork({ peers: { "pstn.example.net": `sip:carol@${DOMAIN}` } });
  const alice = await network.online("alice");
  const first = await network.online("carol", { flow: "gateway-1" });
  await alice.request("INVITE", "sip:+15551234@pstn.example.net");
  await first.answer(await first.takeRequest("INVITE"), 180);
  const second = await network.online("carol", { flow: "gateway-2" });
  await network.pass(LOOK);
  expect((await second.takeRequest("INVITE")).uri).toBe("sip:+15551234@pstn.example.net");
});

test("a gateway that comes back on another connection gets the number that was dialed", async () => {
  const network = createNetwork({ peers: { "pstn.example.net": `sip:carol@${DOMAIN}` } });
  const alice = await network.online("alice");
  const gateway = await network.online("carol", { flow: "gateway-1" });
  await alice.request("INVITE", "sip:+15551234@pstn.example.net");
  await gateway.answer(await gateway.takeRequest("INVITE"), 180);
  await gateway.close();
  const back = await network.online("carol", { flow: "gateway-2", instance: gateway.instance });
  await network.pass(LOOK);
  expect((await back.takeRequest("INVITE")).uri).toBe("sip:+15551234@pstn.example.net");
});
