import { describe, expect, test } from "@jest/globals";
import { aor } from "../../../../lib/sip/syntax/aor.ts";
import type { RoutingPolicy } from "../../../../lib/sip/state/routing-policy.ts";
import { header, headers, type SipMessage } from "../../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";
import { serialize } from "../../../../lib/sip/syntax/serialize.ts";
import { unescape } from "../../../../lib/sip/syntax/uri.ts";
import { field } from "../../../../lib/sip/syntax/header-field.ts";
import { createNetwork, DOMAIN, secretsOf } from "../../../support/phone/network.ts";
import type { Phone } from "../../../support/phone/phone.ts";
import { instead, said, withLine } from "./said.ts";

// Line ends in headers that this server writes: no value of a peer can add a header to them.

const bobAor = `sip:bob@${DOMAIN}`;
const EVIL = "X-Evil: yes";

/** Whether the message on the wire has a line of that name. */
function hasEvil(message: SipMessage): boolean {
  const parsed = parseMessage(serialize(message));
  return !parsed.ok || headers(parsed.message, "x-evil").length > 0 || /^X-Evil/m.test(serialize(message));
}

async function aliceAndBob() {
  const network = createNetwork();
  return { network, alice: await network.online("alice"), bob: await network.online("bob") };
}

describe("escaped line ends stay escaped: %0d%0a is never decoded into a written header", () => {
  const USER = `bob%0d%0a${EVIL.replace(":", "%3a").replace(" ", "%20")}`;

  test("in the user of the Request-URI and of To: 404, with To unchanged", async () => {
    const { alice } = await aliceAndBob();
    const uri = `sip:${USER}@${DOMAIN}`;
    await alice.request("INVITE", uri);
    const answer = await alice.takeFinal("INVITE");
    expect([answer.status, hasEvil(answer)]).toEqual([404, false]);
    expect(header(answer, "to")).toContain(USER);
  });

  test("in the user of From: 403, because no user has that name", async () => {
    const { alice } = await aliceAndBob();
    await alice.request("INVITE", bobAor, { from: `sip:${USER}@${DOMAIN}` });
    const answer = await alice.takeFinal("INVITE");
    expect([answer.status, hasEvil(answer)]).toEqual([403, false]);
  });

  test("in the Contact of a REGISTER: registered and rung unchanged", async () => {
    const { alice, bob } = await aliceAndBob();
    const contact = `sip:${USER}@b.invalid`;
    const ok = await bob.ask("REGISTER", `sip:${DOMAIN}`, { to: bob.aor, lines: [`Contact: <${contact}>;expires=60`] });
    expect([ok.status, hasEvil(ok)]).toEqual([200, false]);
    await alice.request("INVITE", bobAor);
    const rung = [await bob.takeRequest("INVITE"), await bob.takeRequest("INVITE")];
    expect(rung.map(({ uri }) => uri)).toContain(contact);
    expect(rung.map(hasEvil)).toEqual([false, false]);
  });

  test("in the name of a subscriber that redirects, in Contact and Diversion: 302, still escaped", async () => {
    const network = createNetwork();
    const forwarding = { always: bobAor };
    network.state.addSubscriber({ aor: aor(unescape(USER), DOMAIN), ha1: {}, routing: "redirect", forwarding });
    const alice = await network.online("alice");
    await alice.request("INVITE", `sip:${USER}@${DOMAIN}`);
    const answer = await alice.takeFinal("INVITE");
    expect([answer.status, hasEvil(answer)]).toEqual([302, false]);
    expect(header(answer, "diversion")).toMatch(/^<sip:bob%0D%0AX-Evil%3A%20yes@/);
  });

  test("in a user name of digest credentials: 401, and no user's password was read", async () => {
    const alice = createNetwork().phone("alice");
    const contact = [`Contact: <${alice.contact}>`];
    const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: contact });
    const credentials = alice.credentials(await alice.takeFinal("REGISTER"), sent).replace('"alice"', `"${USER}"`);
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [...contact, credentials] });
    const answer = await alice.takeFinal("REGISTER");
    expect([answer.status, hasEvil(answer)]).toEqual([401, false]);
  });
});

describe("real line ends in values that are repeated", () => {
  test.each([
    ["From", (alice: Phone) => `From: "x\r\n${EVIL}" <${alice.aor}>;tag=1`],
    ["To", () => `To: "x\r\n${EVIL}" <${bobAor}>`],
    ["Call-ID", () => `Call-ID: x\r\n${EVIL}`],
    ["Via", () => `Via: SIP/2.0/WS a.invalid;branch=z9hG4bKx;x="\r\n${EVIL}"`],
  ])("in %s: the text behind it is a header of the request, and no response repeats it", async (name, line) => {
    const { alice, bob } = await aliceAndBob();
    const text = instead(alice.write("INVITE", `sip:nobody@${DOMAIN}`).text, `${name}:`, line(alice));
    await alice.send(text);
    const answer = await alice.takeFinal("INVITE");
    expect([400, 404]).toContain(answer.status);
    expect(hasEvil(answer)).toBe(false);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("folded in a Reason: one line in the CANCEL that is made from it", async () => {
    const { alice, bob } = await aliceAndBob();
    const sent = await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 180);
    const cancel = sent.text.replace(/^INVITE/, "CANCEL").replace(/(CSeq: \d+) INVITE/, "$1 CANCEL");
    await alice.send(withLine(cancel, `Reason: SIP;cause=200;text="a\r\n ${EVIL}"`));
    const received = await bob.takeRequest("CANCEL");
    expect(header(received, "reason")).toBe(`SIP;cause=200;text="a ${EVIL}"`);
    expect(hasEvil(received)).toBe(false);
  });

  test("folded in a display name: passed on folded, and read as one value", async () => {
    const { alice, bob } = await aliceAndBob();
    const text = instead(alice.write("INVITE", bobAor).text, "From:", `From: "a\r\n ${EVIL}" <${alice.aor}>;tag=1`);
    await alice.send(text);
    const received = await bob.takeRequest("INVITE");
    expect(header(received, "from")).toBe(`"a ${EVIL}" <${alice.aor}>;tag=1`);
    expect(headers(received, "x-evil")).toEqual([]);
  });

  test.each([
    ["Require", "420 Bad Extension"],
    ["Proxy-Require", "420 Bad Extension"],
  ])("folded and with controls in %s: 420, and Unsupported names tokens only", async (name, refusal) => {
    const { alice } = await aliceAndBob();
    const line = `${name}: nothing, \x1b[2J,\r\n ${EVIL}`;
    const method = name === "Require" ? "REGISTER" : "INVITE";
    const text = alice.write(method, method === "REGISTER" ? `sip:${DOMAIN}` : bobAor, { lines: [line] }).text;
    await alice.send(text);
    const answer = await alice.takeFinal(method);
    expect(`${answer.status} ${answer.reason}`).toBe(refusal);
    expect([header(answer, "unsupported"), hasEvil(answer)]).toEqual(["nothing", false]);
  });

  test("in a Warning of a phone: passed on unchanged, because this server does not write it", async () => {
    const { alice, bob } = await aliceAndBob();
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486, { lines: [`Warning: 399 b "x\r\n ${EVIL}"`] });
    const answer = await alice.takeFinal("INVITE");
    expect(header(answer, "warning")).toBe(`399 b "x ${EVIL}"`);
    expect(headers(answer, "x-evil")).toEqual([]);
  });

  test.each(["Path: x", "Path: \x1b[31mred", "Path: <sip:a.invalid", 'Path: "x', "Path: sip:a.invalid"])(
    "%j is not a Path and would become a Route of this server: 400",
    async (line) => {
      const alice = createNetwork().phone("alice");
      expect(await said(alice, alice.write("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [line] }).text)).toBe(
        "400 Malformed Path",
      );
    },
  );
});

describe("stored values: a routing policy is data, which any writer of the table may have changed", () => {
  const NASTY = `sip:x@example.com>\r\n${EVIL}\r\nY: <sip:z`;
  const group = [NASTY, bobAor];

  test.each<[string, RoutingPolicy, number, number]>([
    ["forwarding.always, redirecting", { routing: "redirect", forwarding: { always: NASTY } }, 480, 0],
    ["forwarding.always, proxying", { forwarding: { always: NASTY } }, 480, 0],
    ["forwarding.noAnswer, without a phone", { forwarding: { noAnswer: NASTY } }, 480, 0],
    ["forwarding.noAnswer, redirecting", { routing: "redirect", forwarding: { noAnswer: NASTY } }, 480, 0],
    ["a group, redirecting: the others are named", { routing: "redirect", group }, 300, 1],
    ["a group without other members", { routing: "redirect", group: [NASTY] }, 480, 0],
    ["an alias", { aliasOf: NASTY }, 480, 0],
  ])("a line end in %s: the caller gets %j and a well-formed response", async (_what, policy, status, contacts) => {
    const network = createNetwork();
    network.state.addSubscriber({ aor: `sip:dave@${DOMAIN}`, ha1: secretsOf("dave"), ...policy });
    const alice = await network.online("alice");
    await alice.request("INVITE", `sip:dave@${DOMAIN}`);
    const answer = await alice.takeFinal("INVITE");
    expect([answer.status, hasEvil(answer), headers(answer, "contact").length]).toEqual([status, false, contacts]);
  });

  test("in forwarding.busy: the caller gets the 486", async () => {
    const network = createNetwork();
    network.state.addSubscriber({ aor: bobAor, ha1: secretsOf("bob"), forwarding: { busy: NASTY } });
    const [alice, bob] = [await network.online("alice"), await network.online("bob")];
    await alice.request("INVITE", bobAor);
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    const answer = await alice.takeFinal("INVITE");
    expect([answer.status, hasEvil(answer)]).toEqual([486, false]);
  });
});

test.each(["a\r\nX: y", "a\rb", "a\nb", "\r\n"])("after any failure, %j does not become a header", (value) => {
  expect(() => field("Reason", value)).toThrow("not a header field");
});
