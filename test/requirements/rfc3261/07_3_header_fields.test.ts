import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { splitList } from "../../../lib/sip/syntax/scan.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { aRequest, parsed, verdictOn } from "../../parts/syntax/texts.ts";

describe("RFC 3261 §7.3.1 header field format", () => {
  test("case does not matter in names, and the spelling is kept", () => {
    const text = aRequest(["sUbJeCt: hello"]);
    expect(header(parsed(text), "subject")).toBe("hello");
    expect(serialize(parsed(text))).toBe(text);
  });

  test.each([
    ["no space", "Subject:hello"],
    ["a space before the colon", "Subject : hello"],
    ["tabs and spaces before the colon", "Subject \t :hello"],
    ["much space behind it", "Subject: \t  hello \t"],
    ["the value on the next line", "Subject:\r\n hello"],
    ["an empty line of space between", "Subject:\r\n \r\n\thello"],
  ])("%s: the value is the same, the bytes are kept", (_what, line) => {
    const text = aRequest([line]);
    expect(header(parsed(text), "subject")).toBe("hello");
    expect(serialize(parsed(text))).toBe(text);
  });

  test("continuation lines are joined by one space, whatever white space is around the line end", () => {
    const text = aRequest(["Subject: I know you're there,  \r\n \t pick up\r\n\tthe phone"]);
    expect(header(parsed(text), "subject")).toBe("I know you're there, pick up the phone");
    expect(serialize(parsed(text))).toBe(text);
  });

  test("text like a header field within a continuation line is a value", () => {
    const message = parsed(aRequest(["Subject: x\r\n Route: <sip:evil.example.com;lr>"]));
    expect(header(message, "route")).toBeUndefined();
    expect(header(message, "subject")).toBe("x Route: <sip:evil.example.com;lr>");
  });

  test("a value may be empty, and may be a single colon", () => {
    const message = parsed(aRequest(["Subject:", "Organization: ::"]));
    expect([header(message, "subject"), header(message, "organization")]).toEqual(["", "::"]);
  });

  test("several fields of a name are the list of their values in order", () => {
    const apart = aRequest(["Route: <sip:a;lr>", "Subject: x", "route: <sip:b;lr>, <sip:c;lr>"]);
    const together = aRequest(["Route: <sip:a;lr>, <sip:b;lr>,<sip:c;lr>", "Subject: x"]);
    const routes = [apart, together].map((text) => headers(parsed(text), "route").flatMap(splitList));
    expect(routes[0]).toEqual(["<sip:a;lr>", "<sip:b;lr>", "<sip:c;lr>"]);
    expect(routes[1]).toEqual(routes[0]);
  });

  test.each([
    ["in quotes", '"Smith, Bob" <sip:bob@example.com>'],
    ["in quotes behind an escaped quote", String.raw`"a\", b" <sip:bob@example.com>`],
    ["in brackets", "<sip:bob,smith@example.com>"],
    ["behind a lone quote in brackets", '<sip:bo"b@example.com>'],
    ["in a quoted parameter", '<sip:bob@example.com>;x="a,b"'],
    ["behind a bracket in quotes", '"<" <sip:bob@example.com>;x=">,"'],
  ])("a comma %s separates nothing", (_where, value) => {
    expect(splitList(`${value}, <sip:carol@example.com>`)).toEqual([value, "<sip:carol@example.com>"]);
  });

  test("white space is space, tab and line ends; other characters belong to the value", () => {
    expect(header(parsed(aRequest(["Subject: \u00a0\ufeffx\u2028\u3000 "])), "subject")).toBe(
      "\u00a0\ufeffx\u2028\u3000",
    );
  });
});

describe("RFC 3261 §7.3.3 compact form", () => {
  test.each([
    ["c", "content-type"],
    ["e", "content-encoding"],
    ["f", "from"],
    ["i", "call-id"],
    ["k", "supported"],
    ["l", "content-length"],
    ["m", "contact"],
    ["s", "subject"],
    ["t", "to"],
    ["v", "via"],
    ["a", "accept-contact"],
    ["b", "referred-by"],
    ["d", "request-disposition"],
    ["j", "reject-contact"],
    ["n", "identity-info"],
    ["o", "event"],
    ["r", "refer-to"],
    ["u", "allow-events"],
    ["x", "session-expires"],
    ["y", "identity"],
  ])("%s is %s, in either case", (compact, name) => {
    const message = parsed(`OPTIONS sip:a SIP/2.0\r\n${compact}: 0\r\n${compact.toUpperCase()} : 0\r\n\r\n`);
    expect(message.fields.map((field) => field.name)).toEqual([name, name]);
  });

  test.each(["v: 1", "V:1", "v : 1", "V\t: 1", "vIa  :1", "via:\r\n 1"])(
    "%j is found when Via is asked for",
    (line) => {
      expect(headers(parsed(`OPTIONS sip:a SIP/2.0\r\n${line}\r\nx: 2\r\n\r\n`), "via")).toEqual(["1"]);
    },
  );

  test("a letter outside the list of compact forms is a name of its own", () => {
    expect(parsed(aRequest(["z: 1"])).fields.at(-1)?.name).toBe("z");
  });
});

describe("RFC 3261 §7.5 framing messages", () => {
  test("line ends before the start line are ignored", () => {
    expect(serialize(parsed(`\r\n\r\n\r\n${aRequest()}`))).toBe(aRequest());
  });

  test("a lone LF or CR before the start line is", () => {
    expect(verdictOn(`\n${aRequest()}`)).toMatch(/^400 /);
    expect(verdictOn(`\r${aRequest()}`)).toMatch(/^400 /);
  });
});
