import { describe, expect, test } from "@jest/globals";
import { headers } from "../../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { said, withLine } from "./said.ts";

// Headers that may occur once and occur twice (RFC 3261 §7.3.1). Two elements may differ on which of the two counts, so
// a header that this server reads is refused; a header that only the other phone reads is left to it.

const bobAor = `sip:bob@${DOMAIN}`;

async function aliceAndBob() {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  const parts = { body: "v=0\r\n", lines: ["Content-Type: application/sdp", "Expires: 60", "Event: presence"] };
  return { network, alice, bob, text: alice.write("INVITE", bobAor, parts).text };
}

describe("a second header of a kind that may occur once: 400, and nothing is passed on", () => {
  test.each([
    "Call-ID: another",
    "i: another",
    "CSeq: 7 INVITE",
    `From: <sip:carol@${DOMAIN}>;tag=x`,
    `f: <sip:carol@${DOMAIN}>;tag=x`,
    `To: <sip:carol@${DOMAIN}>`,
    `t: <sip:carol@${DOMAIN}>`,
    "Max-Forwards: 70",
    "Content-Length: 0",
    "l: 0",
    "Content-Type: text/plain",
    "c: text/plain",
    "Expires: 0",
    "Event: dialog",
    "o: dialog",
  ])("%s", async (line) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, line))).toMatch(/^400 (?:Duplicate|Malformed Content-Length)/);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("even with the same value: Call-ID, CSeq, From and To unchanged, each twice", async () => {
    for (const name of ["Call-ID", "CSeq", "From", "To", "Max-Forwards"]) {
      const { alice, text } = await aliceAndBob();
      const [line = ""] = new RegExp(`^${name}: [^\r]*`, "m").exec(text) ?? [];
      expect(await said(alice, withLine(text, line))).toMatch(/^400 Duplicate /);
    }
  });

  test("of a response: it is dropped, and its sender gets nothing", async () => {
    const { alice, bob, text } = await aliceAndBob();
    await alice.send(text);
    const received = await bob.takeRequest("INVITE");
    await bob.answer(received, 180, { lines: ["CSeq: 9 INVITE"] });
    expect(alice.inbox.titles()).not.toContain("180 INVITE");
  });
});

describe("§20: the same Content-Length twice counts as one, because both readings agree (RFC 4475 §3.3.9)", () => {
  test("the request is passed on", async () => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, "l: 5"))).toBe("silence");
    expect((await bob.takeRequest("INVITE")).body).toBe("v=0\r\n");
  });
});

describe("§8.1.1.8: two Contacts in an INVITE, two Session-Expires, Min-SE, RSeq, Replaces, Refer-To: the other phone decides", () => {
  test.each([
    ["contact", "Contact: <sip:second@b.invalid>"],
    ["session-expires", "Session-Expires: 90\r\nx: 90"],
    ["min-se", "Min-SE: 90\r\nMin-SE: 99999999999"],
    ["rseq", "RSeq: 1\r\nRSeq: 2"],
    ["replaces", "Replaces: a;to-tag=1;from-tag=2\r\nReplaces: b;to-tag=1;from-tag=2"],
    ["refer-to", "Refer-To: <sip:a@b.invalid>\r\nr: <sip:c@d.invalid>"],
    ["subject", "Subject: one\r\ns: two"],
  ] as const)("%s is passed on, both values unchanged", async (name, lines) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, lines))).toBe("silence");
    const received = await bob.takeRequest("INVITE");
    expect(headers(received, name)).toHaveLength(2);
  });
});

describe("RFC 3323 §4.2: Privacy twice: the call proceeds, with the stricter one in force", () => {
  test.each([
    ["none, then id", "Privacy: none\r\nPrivacy: id", 0],
    ["id, then none", "Privacy: id\r\nPrivacy: none", 0],
    ["in a list", "Privacy: user, id", 0],
    ["neither of them id", "Privacy: none\r\nPrivacy: user", 1],
  ])("%s", async (_what, lines, asserted) => {
    const { alice, bob, text } = await aliceAndBob();
    await alice.send(withLine(text, lines));
    expect(headers(await bob.takeRequest("INVITE"), "p-asserted-identity")).toHaveLength(asserted);
  });
});

describe("a REGISTER with credentials twice", () => {
  test("§20.7: wrong ones beside right ones are ignored: 200, because each realm has its own", async () => {
    const alice = createNetwork().phone("alice");
    const wrong = 'Authorization: Digest username="alice", realm="elsewhere", nonce="x", uri="sip:x", response="0"';
    expect((await alice.register(60, { lines: [wrong] })).status).toBe(200);
  });

  test("a parameter twice in one field: 401, as without credentials", async () => {
    const alice = createNetwork().phone("alice");
    const contact = [`Contact: <${alice.contact}>`];
    const sent = await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: contact });
    const credentials = alice.credentials(await alice.takeFinal("REGISTER"), sent);
    const doubled = `${credentials}, username="bob"`;
    await alice.request("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines: [...contact, doubled] });
    expect((await alice.takeFinal("REGISTER")).status).toBe(401);
  });
});
