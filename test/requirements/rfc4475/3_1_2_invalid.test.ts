import { describe, expect, test } from "@jest/globals";
import { header, headers } from "../../../lib/sip/syntax/message.ts";
import { parseNameAddr } from "../../../lib/sip/syntax/name-addr.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { judge, read, refusalOf, wireOf } from "./torture-message.ts";

describe("RFC 4475 §3.1.2 invalid messages", () => {
  test.each([
    ["3.1.2.1", "badinv01", "separators with nothing between them in Via", "400 Malformed Via"],
    ["3.1.2.2", "clerr", "a Content-Length beyond the end", "400 Content-Length Exceeds Body"],
    ["3.1.2.3", "ncl", "a negative Content-Length", "400 Malformed Content-Length"],
    ["3.1.2.4", "scalar02", "a CSeq of 65 bits", "400 Malformed CSeq"],
    ["3.1.2.5", "scalarlg", "a response with a CSeq beyond all bounds", "400 Malformed CSeq"],
    ["3.1.2.6", "quotbal", "a quoted string that never ends", "400 Malformed To"],
    ["3.1.2.7", "ltgtruri", "a Request-URI in brackets", "400 Malformed Request-Line"],
    ["3.1.2.8", "lwsruri", "space within the Request-URI", "400 Malformed Request-Line"],
    ["3.1.2.9", "lwsstart", "more than one space in the request line", "400 Malformed Request-Line"],
    ["3.1.2.10", "trws", "space at the end of the request line", "400 Malformed Request-Line"],
    ["3.1.2.14", "badaspec", "space within the brackets", "400 Malformed To"],
    ["3.1.2.15", "baddn", "a comma in a display name without quotes", "400 Malformed From"],
    ["3.1.2.16", "badvers", "another version of the protocol", "505 Version Not Supported"],
    ["3.1.2.17", "mismatch01", "a CSeq of another method", "400 CSeq Does Not Match Method"],
    ["3.1.2.18", "mismatch02", "an unknown method and a CSeq of another one", "400 CSeq Does Not Match Method"],
    ["3.1.2.19", "bigcode", "a status of 33 bits", "400 Malformed Start Line"],
  ])("§%s %s: %s is refused", (_section, name, _what, refusal) => {
    expect(refusalOf("rfc4475", name)).toBe(refusal);
  });

  test("§3.1.2.11 escruri: headers in the Request-URI stay in it and are not lost from sight", () => {
    const { message, uri } = read("rfc4475", "escruri");
    expect(uri).toMatchObject({ user: "user", host: "example.com", headers: "Route=%3Csip:example.com%3E" });
    expect(headers(message, "route")).toEqual([]);
  });

  test("§3.1.2.12 baddate: a Date of another time zone stops nothing, and is passed on as it came", () => {
    const { message } = read("rfc4475", "baddate");
    expect(header(message, "date")).toBe("Fri, 01 Jan 2010 16:00:00 EST");
    expect(Buffer.from(serialize(message)).equals(wireOf("rfc4475", "baddate"))).toBe(true);
  });

  test("§3.1.2.13 regbadct: a question mark without brackets makes the Contact malformed, the message not", () => {
    const { message } = read("rfc4475", "regbadct");
    expect(parseNameAddr(header(message, "contact") ?? "")).toBeUndefined();
  });

  test.each(["clerr", "ncl", "ltgtruri", "lwsruri", "lwsstart", "trws", "badvers"])(
    "%s: the refused message can still be answered: its Via, From, To, Call-ID and CSeq are available",
    (name) => {
      const parsed = parseMessage(wireOf("rfc4475", name).toString("utf8"));
      const found = parsed.ok ? [] : (parsed.problem.message?.fields ?? []).map((field) => field.name);
      expect(found).toEqual(expect.arrayContaining(["via", "from", "to", "call-id", "cseq"]));
    },
  );

  test("bigcode: a text without a start line gets no response", () => {
    const parsed = parseMessage(wireOf("rfc4475", "bigcode").toString("utf8"));
    expect(parsed.ok ? "accepted" : parsed.problem.message).toBeUndefined();
  });

  test("§3.1.2.8 lwsruri: without the space it is accepted, so nothing else in it is at fault", () => {
    const mended = judge(wireOf("rfc4475", "lwsruri").toString("utf8").replace("; lr", ";lr"));
    expect(mended).toMatchObject({ ok: true, essentials: { cseq: { number: 2_130_706_432 } } });
  });
});
