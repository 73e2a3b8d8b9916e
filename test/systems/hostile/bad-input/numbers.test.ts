import { describe, expect, test } from "@jest/globals";
import { header } from "../../../../lib/sip/syntax/message.ts";
import { createNetwork, DOMAIN } from "../../../support/phone/network.ts";
import { answerTo, instead, said, withLine } from "./said.ts";

// Numbers larger than any use of them. A number that this server uses is refused or limited to the allowed range; any
// other is passed on unchanged. The grammar of each: test/requirements/rfc3261/20_header_fields.test.ts,
// 19_1_uris.test.ts.

const HUGE = "9".repeat(400);
const bobAor = `sip:bob@${DOMAIN}`;

async function aliceAndBob() {
  const network = createNetwork();
  const [alice, bob] = [await network.online("alice"), await network.online("bob")];
  return { network, alice, bob, text: alice.write("INVITE", bobAor).text };
}

describe("a number that the server uses", () => {
  test.each([
    ["CSeq of 2^31", "CSeq:", "CSeq: 2147483648 INVITE", "400 Malformed CSeq"],
    ["CSeq of 400 digits", "CSeq:", `CSeq: ${HUGE} INVITE`, "400 Malformed CSeq"],
    ["CSeq below zero", "CSeq:", "CSeq: -1 INVITE", "400 Malformed CSeq"],
    ["Max-Forwards of 256", "Max-Forwards:", "Max-Forwards: 256", "400 Malformed Max-Forwards"],
    ["Max-Forwards of 400 digits", "Max-Forwards:", `Max-Forwards: ${HUGE}`, "400 Malformed Max-Forwards"],
    ["Content-Length of 400 digits", "Content-Length:", `Content-Length: ${HUGE}`, "400 Malformed Content-Length"],
    ["a port of 65536 in Via", "Via:", "Via: SIP/2.0/WS a.invalid:65536;branch=z9hG4bKx", "400 Malformed Via"],
    ["a port of 400 digits in Via", "Via:", `Via: SIP/2.0/WS a.invalid:${HUGE};branch=z9hG4bKx`, "400 Malformed Via"],
    ["a port of 65536 in To", "To:", "To: <sip:bob@example.com:65536>", "400 Malformed To"],
    ["a port of 65536 in From", "From:", "From: <sip:alice@example.com:65536>;tag=1", "400 Malformed From"],
    [
      "a port of 65536 in Route",
      "Max-Forwards:",
      "Max-Forwards: 9\r\nRoute: <sip:example.com:65536;lr>",
      "400 Malformed Route",
    ],
  ])("%s: %s is refused", async (_what, beginning, line, refusal) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, instead(text, beginning, line))).toBe(refusal);
    expect(bob.inbox.titles()).not.toContain("INVITE");
  });

  test("a port of 65536 in the Request-URI: 400", async () => {
    const { alice, text } = await aliceAndBob();
    expect(await said(alice, text.replace(`${bobAor} SIP`, `${bobAor}:65536 SIP`))).toBe("400 Malformed Request-URI");
  });

  test("the largest CSeq, 2^31 - 1, is passed on, and its response comes back", async () => {
    const { alice, bob, text } = await aliceAndBob();
    await alice.send(instead(text, "CSeq:", "CSeq: 2147483647 INVITE"));
    await bob.answer(await bob.takeRequest("INVITE"), 486);
    expect(header(await alice.takeFinal("INVITE"), "cseq")).toBe("2147483647 INVITE");
  });

  test.each([
    ["a CSeq of 400 digits", (text: string) => text.replace(/CSeq: \d+/, `CSeq: ${HUGE}`)],
    ["a CSeq of 2^31", (text: string) => text.replace(/CSeq: \d+/, "CSeq: 2147483648")],
    ["a port of 65536 in a Via below ours", (text: string) => text.replace(/(Via: SIP\/2\.0\/WS [^;]*)/, "$1:65536")],
    ["a status of 700", (text: string) => text.replace("SIP/2.0 180", "SIP/2.0 700")],
    ["a status of four digits", (text: string) => text.replace("SIP/2.0 180", "SIP/2.0 1800")],
  ])("a response with %s is dropped, and its sender gets nothing", async (_what, bend) => {
    const { alice, bob, text } = await aliceAndBob();
    await alice.send(text);
    const answer = answerTo(await bob.takeRequest("INVITE"), 180);
    const before = bob.inbox.titles();
    await bob.send(bend(answer));
    expect(alice.inbox.titles()).not.toContain("180 INVITE");
    expect(bob.inbox.titles()).toEqual(before);
    await bob.send(answer);
    expect(alice.inbox.titles()).toContain("180 INVITE");
  });
});

describe("a REGISTER", () => {
  /** The Contact of the 200, or the refusal. */
  async function registered(contact: string, ...lines: readonly string[]): Promise<string> {
    const alice = createNetwork().phone("alice");
    const answer = await alice.ask("REGISTER", `sip:${DOMAIN}`, {
      to: alice.aor,
      lines: [`Contact: <sip:a@b.invalid>${contact}`, ...lines],
    });
    return answer.status === 200 ? (header(answer, "contact") ?? "") : `${answer.status} ${answer.reason}`;
  }

  test.each([
    ["expires of 400 digits", `;expires=${HUGE}`],
    ["expires of 2^32", ";expires=4294967296"],
  ])("§20.19: %s is granted the longest expiry, 540 s", async (_what, contact) => {
    expect(await registered(contact)).toContain(";expires=540");
  });

  test("§20.19: Expires of 400 digits is granted 540 s", async () => {
    expect(await registered("", `Expires: ${HUGE}`)).toContain(";expires=540");
  });

  test.each([";expires=-1", ";expires=1e9", ";expires=0x10"])(
    "§20.10: %s is not a number: the default of 540 s, as if it were absent",
    async (contact) => {
      expect(await registered(contact)).toContain(";expires=540");
    },
  );

  test.each(["1.001", "2", "-0.5", "1e0"])("§20.10: q=%s is not a valid q: 400", async (q) => {
    expect(await registered(`;q=${q}`)).toBe("400 Malformed Contact");
  });

  test("§20.10: q=0.0001 has a digit too many and is read nevertheless", async () => {
    expect(await registered(";q=0.0001")).toContain(";q=0");
  });

  test("§20.10: a q of 400 digits: 400", async () => {
    expect(await registered(`;q=0.${HUGE}`)).toBe("400 Malformed Contact");
  });

  test.each([
    ["0", "0"],
    ["2^31", "2147483648"],
    ["400 digits", HUGE],
    ["-1", "-1"],
  ])("RFC 5626 §4.2: a reg-id of %s is ignored", async (_what, regId) => {
    const contact = await registered(`;+sip.instance="<urn:uuid:1>";reg-id=${regId}`);
    expect(contact).toBe('<sip:a@b.invalid>;expires=540;+sip.instance="<urn:uuid:1>"');
  });

  test("a port of 65536 in a Contact: 400", async () => {
    const alice = await createNetwork().online("alice");
    const lines = ["Contact: <sip:a@b.invalid:65536>"];
    expect((await alice.ask("REGISTER", `sip:${DOMAIN}`, { to: alice.aor, lines })).reason).toBe("Malformed Contact");
  });
});

describe("a number that the server only passes on is unchanged", () => {
  test.each([
    ["min-se", `Min-SE: ${HUGE}`],
    ["session-expires", `Session-Expires: ${HUGE};refresher=uac`],
    ["expires", `Expires: ${HUGE}`],
    ["rseq", `RSeq: ${HUGE}`],
    ["rack", `RAck: ${HUGE} ${HUGE} INVITE`],
    ["retry-after", `Retry-After: ${HUGE}`],
  ] as const)("%s", async (name, line) => {
    const { alice, bob, text } = await aliceAndBob();
    expect(await said(alice, withLine(text, line))).toBe("silence");
    const received = await bob.takeRequest("INVITE");
    expect(`${line.slice(0, line.indexOf(":"))}: ${header(received, name)}`).toBe(line);
  });

  test("a Max-Breadth of 400 digits counts as an absent one (RFC 5393 §5.3.3)", async () => {
    const { alice, bob, text } = await aliceAndBob();
    await alice.send(withLine(text, `Max-Breadth: ${HUGE}`));
    expect(header(await bob.takeRequest("INVITE"), "max-breadth")).toBe("60");
  });
});
