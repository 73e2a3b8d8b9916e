import { describe, expect, test } from "@jest/globals";
import { parseAuthHeader } from "../../../lib/sip/syntax/auth-header.ts";
import { isToken } from "../../../lib/sip/syntax/characters.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parseParameters } from "../../../lib/sip/syntax/parameters.ts";
import { quote, unquote } from "../../../lib/sip/syntax/scan.ts";
import { parseUri } from "../../../lib/sip/syntax/uri.ts";
import { parseVia } from "../../../lib/sip/syntax/via.ts";
import { endOfComment } from "../../../lib/sip/syntax/values/products.ts";

// The grammar defines the characters of each place; the tests put every ASCII character, and some beyond, in each
// place.

const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const ALPHANUM = ASCII.filter((character) => /[A-Za-z0-9]/.test(character)).join("");
const UNRESERVED = `${ALPHANUM}-_.!~*'()`;

function allowed(isAllowed: (character: string) => boolean): string {
  return [...ASCII, "é", "大", "\u00a0", "\ufeff"].filter(isAllowed).toSorted().join("");
}

function hostOf(text: string): string | undefined {
  const uri = parseUri(text);
  return uri?.kind === "sip" ? uri.host : undefined;
}

function sorted(characters: string): string {
  return Array.from(characters).toSorted().join("");
}

describe("RFC 3261 §25.1", () => {
  test("token", () => {
    expect(allowed(isToken)).toBe(sorted(`${ALPHANUM}-.!%*_+\`'~`));
  });

  test("user: unreserved and user-unreserved; a colon would begin the password", () => {
    expect(allowed((c) => parseUri(`sip:a${c}b@h`) !== undefined)).toBe(sorted(`${UNRESERVED}&=+$,;?/:`));
    expect(allowed((c) => parseUri(`sip:${c}@h`) !== undefined)).toBe(sorted(`${UNRESERVED}&=+$,;?/`));
  });

  test("password", () => {
    expect(allowed((c) => parseUri(`sip:a:${c}@h`) !== undefined)).toBe(sorted(`${UNRESERVED}&=+$,`));
  });

  test("paramchar of a URI", () => {
    const expected = sorted(`${UNRESERVED}[]/:&+$`);
    expect(allowed((c) => parseUri(`sip:h;a=${c}`) !== undefined)).toBe(expected);
    expect(allowed((c) => parseUri(`sip:h;${c}=a`) !== undefined)).toBe(expected);
  });

  test("hname and hvalue of a URI; & and = divide them", () => {
    expect(allowed((c) => parseUri(`sip:h?a=b${c}`) !== undefined)).toBe(sorted(`${UNRESERVED}[]/?:+$&=`));
  });

  test.each(["user", "password", "parameter", "header"])(
    "an escape in a %s is % and two hexadecimal digits",
    (where) => {
      const uriWith = (text: string) =>
        ({
          user: `sip:${text}@h`,
          password: `sip:a:${text}@h`,
          parameter: `sip:h;a=${text}`,
          header: `sip:h?a=${text}`,
        })[where] ?? "";
      const isUri = (text: string) => parseUri(uriWith(text)) !== undefined;
      expect(["%41", "%00", "%fF", "%e9%C3"].filter(isUri)).toHaveLength(4);
      expect(["%", "%4", "%g1", "%1g", "%%41", "%4%1", "% 1"].filter(isUri)).toEqual([]);
    },
  );

  test("hostname: letters, digits, dots and hyphens; the underscore is common and tolerated", () => {
    expect(allowed((c) => hostOf(`sip:a${c}b`) === `a${c}b`.toLowerCase())).toBe(sorted(`${ALPHANUM}.-_`));
    expect(
      ["a", "a.b", "a.b.", "a-b", "1.2.3.4", "xn--bcher-kva.example"].filter((h) => !parseUri(`sip:${h}`)),
    ).toEqual([]);
    expect(["", ".", "..", "a..b", ".a", "-a", "a-", "a.-", "é"].filter((h) => parseUri(`sip:${h}`))).toEqual([]);
  });

  test("gen-value: a token or a host; other characters without quotes are common and tolerated, except separators", () => {
    const found = allowed((c) => parseParameters(`;a=${c}`) !== undefined);
    for (const character of `${ALPHANUM}-.!%*_+\`'~[]:`) expect(found).toContain(character);
    for (const character of ' \t\r\n\0;,<>"\\=()?{}\x7f') expect(found).not.toContain(character);
  });

  test("quoted-string: every character but the quote and the backslash is literal", () => {
    for (const character of [...ASCII, "é", "大"]) {
      expect(unquote(quote(character))).toBe(character);
      expect(parseNameAddr(`${quote(character)} <sip:a>;b=${quote(character)}`)).toMatchObject({
        displayName: quote(character),
        parameters: [{ name: "b", value: quote(character) }],
      });
    }
  });

  test.each([String.raw`"a`, String.raw`"a\"`, String.raw`"\\\"`, '"'])("quoted-string: %s never ends", (text) => {
    expect(parseNameAddr(`${text} <sip:a>`)).toBeUndefined();
    expect(parseParameters(`;a=${text}`)).toBeUndefined();
    expect(parseAuthHeader(`Digest a=${text}`)).toBeUndefined();
  });

  test.each(['"a" b <sip:a>', '"a""b" <sip:a>', 'a "b" <sip:a>', "a, b <sip:a>", "a@b <sip:a>", "<sip:a> b", "<sip:a"])(
    "display-name: the name of %s is neither tokens nor one quoted string",
    (text) => {
      expect(parseNameAddr(text)).toBeUndefined();
    },
  );

  test("comment: comments nest, and an escaped parenthesis is not counted", () => {
    expect(endOfComment("(a (b) c) d", 0)).toBe(9);
    expect(endOfComment(String.raw`(a \( b) c`, 0)).toBe(8);
    expect(endOfComment("(a (b)", 0)).toBe(-1);
  });

  test("SWS: white space is allowed around semicolons and equals signs of a header, not of a URI", () => {
    expect(parseParameters(" ; a = b ;\tc ")).toEqual([{ name: "a", value: "b" }, { name: "c" }]);
    expect(parseUri("sip:h; a=b")).toBeUndefined();
    expect(parseUri("sip:h;a =b")).toBeUndefined();
  });

  test("sent-protocol: white space around the slashes, any case of SIP, version 2.0 only", () => {
    expect(["SIP/2.0/WS h", "SIP / 2.0 / WS h", "sip/2.0/ws h", "SIP\t/2.0/WS\th"].filter((v) => !parseVia(v))).toEqual(
      [],
    );
    expect(
      [
        "SIP/2.1/WS h",
        "SIP/3.0/WS h",
        "HTTP/2.0/WS h",
        "SIP/2.0/W S h",
        "SIP/2.0 /WS",
        "SIP/2.0/WSh",
        "SIP/2.0/WS[::1]",
        "SIP/2.0// h",
      ].filter(parseVia),
    ).toEqual([]);
  });
});
