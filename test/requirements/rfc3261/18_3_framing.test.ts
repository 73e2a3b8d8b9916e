import { describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { aRequest, aResponse, parsed, verdictOn } from "../../parts/syntax/texts.ts";

describe("RFC 3261 §18.3, as for datagrams: the end of a WebSocket message ends the SIP message", () => {
  test("RFC 7118 §5: without a Content-Length the body goes to the end of the message", () => {
    expect(parsed(aRequest([], "hello\r\n\r\nworld")).body).toBe("hello\r\n\r\nworld");
  });

  test("without a Content-Length and without text after the header fields the body is empty", () => {
    expect(parsed(aRequest()).body).toBe("");
  });

  test("octets beyond the announced length are cut off", () => {
    expect(parsed(aRequest(["Content-Length: 5"], "hello, and more")).body).toBe("hello");
    expect(parsed(aRequest(["Content-Length: 0"], "hello")).body).toBe("");
  });

  test("a second message behind the announced length is not read", () => {
    const message = parsed(aRequest(["Content-Length: 0"], aRequest().replace("MESSAGE", "INVITE")));
    expect(serialize(message)).toBe(aRequest(["Content-Length: 0"]));
  });

  test("fewer octets than announced are an error, of a response too", () => {
    expect(verdictOn(aRequest(["Content-Length: 6"], "hello"))).toBe("400 Content-Length Exceeds Body");
    expect(verdictOn(aResponse(["Content-Length: 6"], "hello"))).toBe("400 Content-Length Exceeds Body");
    expect(verdictOn(aRequest(["Content-Length: 1"]))).toBe("400 Content-Length Exceeds Body");
  });

  test.each([
    ["two octets each", "ёё", 4],
    ["three octets each", "大停電", 9],
    ["four octets, two of JavaScript's", "😀😀", 8],
    ["all kinds", "aё大😀z", 11],
  ])("a length counts octets of UTF-8: %s", (_what, body, octets) => {
    expect(parsed(aRequest([`Content-Length: ${octets}`], body)).body).toBe(body);
    expect(parsed(aRequest([`Content-Length: ${octets}`], `${body}more`)).body).toBe(body);
    expect(verdictOn(aRequest([`Content-Length: ${octets + 1}`], body))).toBe("400 Content-Length Exceeds Body");
  });

  test.each([
    ["ё", [1]],
    ["大", [1, 2]],
    ["😀", [1, 2, 3]],
    ["a😀", [2, 3, 4]],
  ])("a length that ends within a character of %j is an error", (body, lengths) => {
    for (const length of lengths) {
      expect(verdictOn(aRequest([`Content-Length: ${length}`], body))).toBe("400 Content-Length Splits a Character");
    }
  });

  test.each([0, 1, 2, 4, 8, 9])("octets are counted by the caller if the text was not UTF-8: %i of 10", (length) => {
    const text = aRequest([`Content-Length: ${length}`], "\u00ff".repeat(10));
    const result = parseMessage(text, undefined, (part) => part.length);
    expect(result.ok && result.message.body).toHaveLength(length);
  });

  test("the same length twice is one length, in either form", () => {
    expect(parsed(aRequest(["Content-Length: 5", "l: 5"], "hello, and more")).body).toBe("hello");
  });

  test.each([
    ["two fields", ["Content-Length: 5", "Content-Length: 6"]],
    ["the long and the compact form", ["Content-Length: 5", "l: 0"]],
    ["one in a list", ["Content-Length: 5, 5"]],
    ["a third one", ["Content-Length: 5", "Content-Length: 5", "Content-Length: 7"]],
  ])("two different lengths are refused: %s", (_what, lines) => {
    expect(verdictOn(aRequest(lines, "hello, and more"))).toBe("400 Malformed Content-Length");
  });

  test.each([
    "-1",
    "+5",
    "",
    "five",
    "5.0",
    "0x5",
    "5e0",
    "5 0",
    "5;x=1",
    "\u00a05",
    "\v5",
    "５",
    "99999999999999999999",
    "10000000000",
    "9".repeat(400),
    "Infinity",
    "NaN",
  ])("Content-Length %j is refused", (value) => {
    expect(verdictOn(aRequest([`Content-Length: ${value}`], "hello"))).toMatch(
      /^400 (?:Malformed Content-Length|Content-Length Exceeds Body)$/,
    );
  });

  test.each(["005", " \t5 ", "\r\n 5"])("Content-Length %j is five", (value) => {
    expect(parsed(aRequest([`Content-Length:${value}`], "hello")).body).toBe("hello");
  });

  test("a message refused for its length gets a response", () => {
    const result = parseMessage(aRequest(["Content-Length: 9"], "x"));
    expect(result.ok || header(result.problem.message ?? parsed(aRequest()), "content-length")).toBe("9");
  });

  test("a body may contain any text: line ends of all kinds, NUL, a header section", () => {
    const body = "\r\n\r\n\n\r\0Via: x\r\n\r\n";
    expect(parsed(aRequest([`Content-Length: ${body.length}`], body)).body).toBe(body);
  });
});
