import { describe, expect, test } from "@jest/globals";
import { readEssentials } from "../../../lib/sip/syntax/essentials.ts";
import { defaultLimits } from "../../../lib/sip/syntax/limits.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { aRequest, parsed, verdictOn } from "../../parts/syntax/texts.ts";

function essentialsOf(text: string): string {
  const read = readEssentials(parsed(text));
  return read.ok ? "accepted" : read.reason;
}

const { messageLength, headerCount, headerLength } = defaultLimits;
const needed = parsed(aRequest()).fields.length;
const padded = (length: number) => aRequest([], "x".repeat(length - aRequest().length));
const linesUpTo = (count: number) => Array.from({ length: count - needed }, (_, index) => `X-${index}: 1`);
const subjectOf = (length: number) => `Subject: ${"x".repeat(length - "Subject: ".length)}`;

describe("the mandatory parts of a message", () => {
  test.each([
    ["nothing", ""],
    ["line ends", "\r\n\r\n"],
    ["a start line", "OPTIONS sip:a SIP/2.0"],
    ["a start line with its end", "OPTIONS sip:a SIP/2.0\r\n"],
    ["no empty line behind the fields", aRequest().slice(0, -2)],
    ["no line end behind the last field", aRequest().slice(0, -4)],
    ["half of the last line end", aRequest().slice(0, -1)],
    ["a gateway's JSON", '{"message": "Internal server error", "connectionId":"x", "requestId":"y"}'],
  ])("%s is refused", (_what, text) => {
    expect(verdictOn(text)).toMatch(/^400 /);
  });

  test("a start line and the empty line are enough for the parser", () => {
    expect(parsed("OPTIONS sip:a SIP/2.0\r\n\r\n").fields).toEqual([]);
  });

  test.each(["Via", "From", "To", "Call-ID", "CSeq"])("§8.1.1: without %s it is refused", (name) => {
    const text = aRequest().replace(new RegExp(`^${name}: .*\r\n`, "m"), "");
    expect(essentialsOf(text)).toMatch(`Malformed ${name}`);
  });

  test("§8.1.1.6: Max-Forwards may be absent, as it was in RFC 2543", () => {
    expect(essentialsOf(aRequest().replace("Max-Forwards: 70\r\n", ""))).toBe("accepted");
  });

  test.each([
    ["From", "f: <sip:mallory@example.com>;tag=2"],
    ["To", "t: <sip:mallory@example.com>"],
    ["Call-ID", "i: 2"],
    ["CSeq", "cseq: 2 MESSAGE"],
    ["Max-Forwards", "MAX-FORWARDS: 71"],
  ])("a second %s, however it is spelled, is refused", (_name, line) => {
    expect(essentialsOf(aRequest([line]))).toMatch(/^Duplicate /);
  });

  test.each(["-1", "256", "1e2", "", "7 0", "0x10", "70\u00a0"])("Max-Forwards %j is refused", (value) => {
    expect(essentialsOf(aRequest().replace("Max-Forwards: 70", `Max-Forwards: ${value}`))).toBe(
      "Malformed Max-Forwards",
    );
  });

  test.each([
    "1",
    "MESSAGE",
    "1MESSAGE",
    "-1 MESSAGE",
    "2147483648 MESSAGE",
    "1 MESSAGE x",
    "1 MESS(AGE",
    "1e0 MESSAGE",
  ])("CSeq %j is refused", (value) => {
    expect(essentialsOf(aRequest().replace("CSeq: 1 MESSAGE", `CSeq: ${value}`))).toBe("Malformed CSeq");
  });

  test("§20.16: the method in CSeq is case-sensitive", () => {
    expect(essentialsOf(aRequest().replace("CSeq: 1 MESSAGE", "CSeq: 1 message"))).toBe("CSeq Does Not Match Method");
  });

  test("a Via that is malformed is refused wherever it stands", () => {
    expect(essentialsOf(aRequest(["Via: SIP/2.0/WS a.invalid, nonsense"]))).toBe("Malformed Via");
    expect(essentialsOf(aRequest(["v: SIP/2.0/WS a.invalid,"]))).toBe("Malformed Via");
  });
});

describe("limits", () => {
  test("a message as long as API Gateway carries is read, a longer one is 513", () => {
    expect(verdictOn(padded(messageLength))).toBe("accepted");
    expect(verdictOn(padded(messageLength + 1))).toBe("513 Message Too Large");
  });

  test("as many header fields as the limit are read, one more is 400", () => {
    expect(verdictOn(aRequest(linesUpTo(headerCount)))).toBe("accepted");
    expect(verdictOn(aRequest(linesUpTo(headerCount + 1)))).toBe("400 Too Many Header Fields");
  });

  test("a header field as long as the limit is read, a longer one is 400", () => {
    expect(verdictOn(aRequest([subjectOf(headerLength)]))).toBe("accepted");
    expect(verdictOn(aRequest([subjectOf(headerLength + 1)]))).toBe("400 Header Field Too Long");
  });

  test("the length of a header field includes its continuation lines", () => {
    expect(verdictOn(aRequest([`Subject: ${"x\r\n ".repeat(headerLength / 4)}x`]))).toBe("400 Header Field Too Long");
  });

  test("limits can be set", () => {
    const limits = { messageLength: 1000, headerCount: needed, headerLength: 50 };
    expect(parseMessage(aRequest(), limits).ok).toBe(true);
    expect(parseMessage(aRequest(["A: 1"]), limits).ok).toBe(false);
  });

  test("the part before the limit is available, so that a response is possible", () => {
    const result = parseMessage(aRequest([`Subject: ${"x".repeat(20_000)}`]));
    const names = result.ok ? [] : (result.problem.message?.fields.map((field) => field.name) ?? []);
    expect(names).toEqual(["via", "max-forwards", "from", "to", "call-id", "cseq"]);
  });
});
