import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { aRequest, parsed, verdictOn } from "../../parts/syntax/texts.ts";

describe("a line is one line for every parser (§7.3, §25.1): text that another parser could read as a further field is refused", () => {
  test.each([
    ["a lone LF within a value", "Subject: x\nRoute: <sip:evil.example.com>"],
    ["a lone CR within a value", "Subject: x\rRoute: <sip:evil.example.com>"],
    ["an LF before the CR", "Subject: x\n\rRoute: <sip:evil.example.com>"],
    ["two CR", "Subject: x\r\r\nRoute: <sip:evil.example.com>"],
    ["an LF behind the CRLF", "Subject: x\r\n\nRoute: <sip:evil.example.com>"],
    ["a lone LF and a continuation", "Subject: x\n Route: <sip:evil.example.com>"],
    ["a lone CR and a continuation", "Subject: x\r Route: <sip:evil.example.com>"],
    ["a lone LF in a quoted string", 'Subject: "x\ny"'],
    ["an escaped LF", 'Subject: "x\\\ny"'],
    ["a lone LF in a name", "Sub\nject: x"],
    ["a lone CR in a name", "Sub\rject: x"],
    ["a lone LF in a continuation", "Subject: x\r\n y\nRoute: z"],
  ])("%s", (_what, line) => {
    expect(verdictOn(aRequest([line]))).toMatch(/^400 /);
  });

  test("a backslash before a CRLF does not hide the next field", () => {
    const message = parsed(aRequest(['Subject: "x\\\r\nRoute: <sip:evil.example.com>"']));
    expect(headers(message, "route")).toHaveLength(1);
  });

  test.each([
    ["vertical tab", "\v"],
    ["form feed", "\f"],
    ["next line", "\u0085"],
    ["line separator", "\u2028"],
    ["paragraph separator", "\u2029"],
    ["bell", "\x07"],
    ["a lone surrogate", "\ud83d"],
  ])("%s ends no line", (_what, character) => {
    const text = aRequest([`Subject: x${character}Route: <sip:evil.example.com>`]);
    expect(headers(parsed(text), "route")).toEqual([]);
    expect(serialize(parsed(text))).toBe(text);
  });

  test("NUL is refused except as the second half of a quoted pair", () => {
    expect(verdictOn(aRequest(["Subject: a\0b"]))).toBe("400 NUL in Header Field");
    expect(verdictOn(aRequest(["Sub\0ject: ab"]))).toMatch(/^400 /);
    expect(verdictOn(aRequest(["Subject\0: ab"]))).toMatch(/^400 /);
    expect(verdictOn(aRequest(['Contact: "a\\\0b" <sip:a@example.com>']))).toBe("accepted");
    expect(verdictOn(aRequest(['Contact: "a\\\\\0b" <sip:a@example.com>']))).toBe("400 NUL in Header Field");
    expect(verdictOn(aRequest(['Contact: "a\\\\\\\0b" <sip:a@example.com>']))).toBe("accepted");
  });

  test("NUL is an ordinary octet in a body", () => {
    expect(parsed(aRequest(["Content-Length: 3"], "a\0b")).body).toBe("a\0b");
  });

  test.each([
    ["a space", "Sub ject"],
    ["a tab", "Sub\tject"],
    ["parentheses", "Subject(1)"],
    ["an at sign", "Sub@ject"],
    ["a quote", '"Subject"'],
    ["a bracket", "<Subject>"],
    ["a slash", "Sub/ject"],
    ["an equals sign", "Sub=ject"],
    ["a semicolon", "Sub;ject"],
    ["a backslash", "Sub\\ject"],
    ["an umlaut", "Sübject"],
    ["a Kelvin sign, which folds to k", "\u212a"],
    ["a no-break space at the end", "Subject\u00a0"],
    ["nothing at all", ""],
  ])("a name with %s is refused", (_what, name) => {
    expect(verdictOn(aRequest([`${name}: x`]))).toMatch(/^400 (?:Malformed Header Name|Header Field Without Colon)$/);
  });

  test("a name may have every character of a token", () => {
    const message = parsed(aRequest(["-.!%*_+`'~09AZaz: x"]));
    expect(header(message, "-.!%*_+`'~09azaz")).toBe("x");
  });

  test.each([
    ["no colon", "Subject"],
    ["its colon on the next line", "Subject\r\n : x"],
  ])("a field with %s is refused", (_what, line) => {
    expect(verdictOn(aRequest([line]))).toMatch(/^400 /);
  });

  test("names of built-in object properties are ordinary header names", () => {
    const message = parsed(aRequest(["__proto__: 1", "constructor: 2", "toString: 3"]));
    expect([header(message, "__proto__"), header(message, "constructor"), header(message, "tostring")]).toEqual([
      "1",
      "2",
      "3",
    ]);
  });
});
