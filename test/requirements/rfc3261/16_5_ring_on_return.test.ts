// Devices that register while a call rings their user.
import { describe, expect, test } from "@jest/globals";
import type { Settings } from "../../../lib/sip/policy/settings.ts";
import { header } from "../../../lib/sip/syntax/message.ts";
import type { Phone } from "../../support/phone/phone.ts";
import { createNetwork, DOMAIN, type Line, type Network, secretsOf } from "../../support/phone/network.ts";

const bobAor = `sip:bob@${DOMAIN}`;

/** The look of the first timer. */
const LOOK = 32;

const nextLook = { ringOnReturn: "with the next look" } as const;

/** Alice calls bob, whose desk phone rings. Devices that register join it with the next look. */
async function ringing(
  { lines = [], desk: line = {} }: { lines?: readonly string[]; desk?: Line } = {},
  settings: Partial<Settings> = nextLook,
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

describe("RFC 3261 §16.5: a device that registers while a call rings its user, ringOnReturn: with the next look", () => {
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

describe("RFC 3261 §16.5: by default a device that registers while a call rings its user rings at once", () => {
  test("after the 200 to its REGISTER, and the next look does not ring it again", async () => {
    const { network, desk } = await ringing({}, {});
    const mobile = await network.online("bob", { flow: "mobile" });
    expect(mobile.inbox.titles()).toEqual(["401 REGISTER", "200 REGISTER", "INVITE"]);
    await mobile.answer(await mobile.takeRequest("INVITE"), 180);
    await network.pass(LOOK);
    expect(mobile.inbox.titles().slice(3)).toEqual([]);
    expect(desk.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("and its 200 cancels the others", async () => {
    const { network, alice, desk } = await ringing({}, {});
    const mobile = await network.online("bob", { flow: "mobile" });
    await mobile.answer(await mobile.takeRequest("INVITE"), 200);
    await alice.takeResponse(200, "INVITE");
    await desk.takeRequest("CANCEL");
  });

  test("again in the same branch, if it rang on a connection that it has lost (RFC 5626 §4.5)", async () => {
    for (const loses of ["close", "cut"] as const) {
      const { network, alice, desk, invite } = await ringing({}, {});
      await network.pass(1);
      if (loses === "close") await desk.close();
      const back = await network.online("bob", { flow: "back", instance: desk.instance });
      const again = await back.takeRequest("INVITE");
      expect(header(again, "via")).toBe(header(invite, "via"));
      expect(again.uri).toBe(back.contact);
      await back.answer(again, 180, { tag: "back" });
      await network.pass(LOOK);
      await back.answer(again, 200, { tag: "back" });
      expect(header(await alice.takeResponse(200, "INVITE"), "to")).toContain("tag=back");
      expect(back.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
    }
  });

  test("and not again on a second connection while the one that it rang on is there", async () => {
    const { network, desk } = await ringing({}, {});
    const second = network.phone("bob", { instance: desk.instance, flow: "second" });
    const lines = [`Contact: <${second.contact}>;+sip.instance="<${desk.instance}>";reg-id=2`];
    await second.ask("REGISTER", `sip:${DOMAIN}`, { to: bobAor, lines });
    await network.pass(LOOK);
    expect(second.inbox.titles()).not.toContain("INVITE");
  });

  test("once, however often it registers", async () => {
    const { network } = await ringing({}, {});
    const mobile = await network.online("bob", { flow: "mobile" });
    await mobile.register();
    await mobile.answer(await mobile.takeRequest("INVITE"), 486);
    await mobile.register();
    expect(mobile.inbox.titles().filter((title) => title === "INVITE")).toHaveLength(1);
  });

  test("has a ringing time of its own before timer B ends it", async () => {
    const { network, alice, desk, invite } = await ringing({}, {});
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
      const { network, alice, desk, sent, invite } = await ringing({}, {});
      if (end === "cancel") await alice.request("CANCEL", bobAor, sent);
      else await desk.answer(invite, end === "answer" ? 200 : 603);
      const mobile = await network.online("bob", { flow: "mobile" });
      await network.pass(LOOK);
      expect(mobile.inbox.titles()).not.toContain("INVITE");
    }
  });

  test("if a call that was forwarded rings its user", async () => {
    const network = createNetwork();
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

  test.each(["dnd", "blocked"] as const)(
    "unless its user wants no calls, or none of the caller, by then: %s",
    async (wish) => {
      const { network, alice } = await ringing({}, {});
      const policy = wish === "dnd" ? { doNotDisturb: true } : { blocked: [alice.aor] };
      network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), ...policy });
      const mobile = await network.online("bob", { flow: "mobile" });
      await network.pass(LOOK);
      expect(mobile.inbox.titles()).not.toContain("INVITE");
    },
  );

  test("unless it is not among the devices that calls of its user ring: a refresh does not make it one", async () => {
    const network = createNetwork();
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), maxDevices: 1 });
    const alice = await network.online("alice");
    const older = await network.online("bob", { flow: "older" });
    await network.pass(1);
    const newer = await network.online("bob", { flow: "newer", instance: crypto.randomUUID() });
    await alice.request("INVITE", bobAor);
    await newer.answer(await newer.takeRequest("INVITE"), 180);
    await older.register();
    await network.pass(LOOK);
    expect(older.inbox.titles()).not.toContain("INVITE");
  });

  test("but with the next look where calls are stateless, unless the deployment says otherwise", async () => {
    const { network } = await ringing({}, { calls: "stateless" });
    const mobile = await network.online("bob", { flow: "mobile" });
    expect(mobile.inbox.titles()).not.toContain("INVITE");
    await network.pass(LOOK);
    await mobile.takeRequest("INVITE");

    const chosen = await ringing({}, { calls: "stateless", ringOnReturn: "at once" });
    await (await chosen.network.online("bob", { flow: "mobile" })).takeRequest("INVITE");
  });

  test("but with the next look after the first minute", async () => {
    const { network } = await ringing({}, {});
    await network.pass(61);
    const mobile = await network.online("bob", { flow: "mobile" });
    expect(mobile.inbox.titles()).not.toContain("INVITE");
    await network.pass(30);
    await mobile.takeRequest("INVITE");
  });

  test.each([
    ["10 users: at once", 10, true],
    ["11 users: with the next look", 11, false],
  ])("if the call rings a group of %s", async (_when, users, isAtOnce) => {
    const network = createNetwork();
    const alice = await network.online("alice");
    const phones: Phone[] = [];
    for (let index = 0; index < users; index += 1) {
      network.state.addSubscriber({ aor: `sip:member-${index}@${DOMAIN}`, ha1: secretsOf(`member-${index}`) });
      phones.push(await network.online(`member-${index}`));
    }
    const team = `sip:team@${DOMAIN}`;
    network.state.addSubscriber({ aor: team, ha1: {}, group: phones.map(({ aor }) => aor) });
    await alice.request("INVITE", team);
    for (const phone of phones) await phone.answer(await phone.takeRequest("INVITE"), 180);
    const second = await network.online("member-3", { flow: "second" });
    expect(second.inbox.titles().includes("INVITE")).toBe(isAtOnce);
    await network.pass(LOOK);
    await second.takeRequest("INVITE");
  });

  test("if its INVITE has up to 16,384 characters; a longer one comes with the next look", async () => {
    for (const [length, isAtOnce] of [
      [15_000, true],
      [16_385, false],
    ] as const) {
      const network = createNetwork();
      const alice = await network.online("alice");
      const desk = await network.online("bob", { flow: "desk" });
      await alice.request("INVITE", bobAor, { body: "x".repeat(length), lines: ["Content-Type: text/plain"] });
      await desk.answer(await desk.takeRequest("INVITE"), 180);
      const mobile = await network.online("bob", { flow: "mobile" });
      expect(mobile.inbox.titles().includes("INVITE")).toBe(isAtOnce);
      await network.pass(LOOK);
      expect((await mobile.takeRequest("INVITE")).body).toHaveLength(length);
    }
  });

  test("and a call that replaces another one (RFC 3891) rings no device that registers", async () => {
    const { network } = await ringing({ lines: ["Replaces: a-call;to-tag=1;from-tag=2"] }, {});
    const mobile = await network.online("bob", { flow: "mobile" });
    await network.pass(LOOK);
    expect(mobile.inbox.titles()).not.toContain("INVITE");
  });

  test("if it registers while the INVITE is decided on: the call is decided again, and rings it with the others", async () => {
    const meanwhile: (() => Promise<unknown>)[] = [];
    const network: Network = createNetwork({}, (ports) => ({
      commit: async (changes) => {
        if (changes.some(({ kind }) => kind === "context")) await meanwhile.shift()?.();
        return ports.commit(changes);
      },
    }));
    const alice = await network.online("alice");
    const desk = await network.online("bob", { flow: "desk" });
    const mobiles: Phone[] = [];
    const registers = async (): Promise<void> => void mobiles.push(await network.online("bob"));
    meanwhile.push(...Array.from({ length: 8 }, () => registers));
    await alice.request("INVITE", bobAor);
    await desk.takeRequest("INVITE");
    expect(mobiles).toHaveLength(8);
    for (const mobile of mobiles) await mobile.takeRequest("INVITE");
    expect(alice.inbox.titles().filter((title) => title === "100 INVITE")).toHaveLength(1);
  });

  test("also when it registers between the two writes of the INVITE", async () => {
    let mobile: ReturnType<Network["phone"]> | undefined;
    let registers: Promise<unknown> | undefined;
    const network: Network = createNetwork({}, (ports) => ({
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

test("a call whose timer could not be set rings no device that returns: its caller has an error, and nothing would end it", async () => {
  let isFailing = false;
  const network = createNetwork({}, ({ setTimers }) => ({
    setTimers: (timers) => (isFailing ? Promise.reject(new Error("SQS is down")) : setTimers(timers)),
  }));
  const alice = await network.online("alice");
  await network.online("bob", { flow: "desk" });
  isFailing = true;
  await expect(alice.request("INVITE", bobAor)).rejects.toThrow("SQS is down");
  isFailing = false;
  network.cut("desk");
  const back = await network.online("bob", { flow: "desk-2" });
  const mobile = await network.online("bob", { flow: "mobile" });
  await network.pass(LOOK);
  for (const phone of [back, mobile]) expect(phone.inbox.titles()).not.toContain("INVITE");
});
