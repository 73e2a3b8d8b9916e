import { describe, expect, test } from "@jest/globals";
import { aRequest, aResponse, parsed, verdictOn } from "../../parts/syntax/texts.ts";

const startLine = (line: string) =>
  aRequest().replace("MESSAGE sip:bob@example.com SIP/2.0", line).replace("CSeq: 1 MESSAGE", "CSeq: 1 INVITE");
const statusLine = (line: string) => aResponse().replace("SIP/2.0 200 OK", line);

describe("RFC 3261 §7.1 requests", () => {
  test("the method, the Request-URI as written and the version", () => {
    expect(parsed(startLine("INVITE SIP:Bob%20B@Example.COM;lr SIP/2.0"))).toMatchObject({
      kind: "request",
      method: "INVITE",
      uri: "SIP:Bob%20B@Example.COM;lr",
    });
  });

  test("a method is case-sensitive: invite is not INVITE", () => {
    expect(parsed(startLine("invite sip:bob@example.com SIP/2.0"))).toMatchObject({ method: "invite" });
  });

  test("the version is case-insensitive", () => {
    expect(verdictOn(startLine("INVITE sip:bob@example.com sip/2.0"))).toBe("accepted");
  });

  test.each(["SIP/1.0", "SIP/2.1", "SIP/3.0", "SIP/02.0", "SIP/20.0", "SIP/2.00"])("version %s is 505", (version) => {
    expect(verdictOn(startLine(`INVITE sip:bob@example.com ${version}`))).toBe("505 Version Not Supported");
  });

  test.each([
    ["no version", "INVITE sip:bob@example.com"],
    ["another protocol", "GET / HTTP/1.1"],
    ["a word only", "INVITE"],
    ["nothing", ""],
    ["a space at the beginning", " INVITE sip:bob@example.com SIP/2.0"],
    ["a method that is not a token", "INV(ITE) sip:bob@example.com SIP/2.0"],
    ["a method in Cyrillic", "ИНВАЙТ sip:bob@example.com SIP/2.0"],
    ["a NUL", "INVITE sip:b\0b@example.com SIP/2.0"],
    ["a lone CR", "INVITE sip:b\rb@example.com SIP/2.0"],
    ["a lone LF", "INVITE sip:b\nb@example.com SIP/2.0"],
  ])("%s is not a request line", (_what, line) => {
    expect(verdictOn(startLine(line))).toMatch(/^400 /);
  });

  test.each([
    ["no Request-URI", "INVITE SIP/2.0"],
    ["an empty Request-URI", "INVITE  SIP/2.0"],
    ["a space within the Request-URI", "INVITE sip:bob @example.com SIP/2.0"],
    ["a tab within the Request-URI", "INVITE sip:bob\t@example.com SIP/2.0"],
    ["two spaces", "INVITE  sip:bob@example.com SIP/2.0"],
    ["tabs instead of spaces", "INVITE sip:bob@example.com\tSIP/2.0"],
    ["a space at the end", "INVITE sip:bob@example.com SIP/2.0 "],
    ["brackets around the Request-URI", "INVITE <sip:bob@example.com> SIP/2.0"],
    ["a quote in the Request-URI", 'INVITE sip:"bob"@example.com SIP/2.0'],
  ])("%s is 400", (_what, line) => {
    expect(verdictOn(startLine(line))).toMatch(/^400 Malformed (?:Request|Start)[- ]Line$/i);
  });

  test("a request line is not folded: the next line would be a header field without a name", () => {
    expect(verdictOn(startLine("INVITE sip:bob@example.com\r\n SIP/2.0"))).toMatch(/^400 /);
    expect(verdictOn(startLine("INVITE sip:bob@example.com SIP/2.0\r\n Subject: x"))).toBe("400 Malformed Header Name");
    expect(verdictOn(startLine("INVITE sip:bob@example.com SIP/2.0\r\n\tSubject: x"))).toBe(
      "400 Malformed Header Name",
    );
  });
});

describe("RFC 3261 §7.2 responses", () => {
  test.each([
    ["SIP/2.0 180 Ringing", 180, "Ringing"],
    ["SIP/2.0 200 ", 200, ""],
    ["SIP/2.0 200", 200, ""],
    ["SIP/2.0 404 Ничего   нет ", 404, "Ничего   нет "],
    ["sip/2.0 699 x", 699, "x"],
  ])("%j is read", (line, status, reason) => {
    expect(parsed(statusLine(line))).toMatchObject({ kind: "response", status, reason });
  });

  test.each([
    ["SIP/2.0 099 x"],
    ["SIP/2.0 700 x"],
    ["SIP/2.0 000 x"],
    ["SIP/2.0 20 x"],
    ["SIP/2.0 2000 x"],
    ["SIP/2.0 -20 x"],
    ["SIP/2.0 2e2 x"],
    ["SIP/2.0  200 x"],
    ["SIP/2.0 200\tx"],
    ["SIP/2.0 ２００ x"],
    ["SIP/2.0 "],
    ["SIP/2.0 200 a\0b"],
    ["SIP/2.0 200 a\rb"],
    ["SIP/2.0 200 a\nb"],
  ])("%j is not a status line", (line) => {
    expect(verdictOn(statusLine(line))).toMatch(/^400 /);
  });

  test("a response of another version is refused", () => {
    expect(verdictOn(statusLine("SIP/3.0 200 OK"))).toBe("505 Version Not Supported");
  });
});
