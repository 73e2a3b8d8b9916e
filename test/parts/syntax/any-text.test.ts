import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "@jest/globals";
import * as fc from "../../support/properties.ts";
import { type SipMessage, valueOf } from "../../../lib/sip/syntax/message.ts";
import { parseMessage } from "../../../lib/sip/syntax/parse.ts";
import { serialize } from "../../../lib/sip/syntax/serialize.ts";
import { anyText, bentMessage } from "./arbitrary-text.ts";
import { decodedNames } from "../../../lib/sip/syntax/header-table.ts";
import { type Decoder, decodeMessage, decodeTwice, headerDecoders, valueDecoders } from "./decoders.ts";

const RUNS = 2000;

const ofAnyText = (decode: Decoder) => fc.property(anyText, (text) => void decode(text));

function throws(decode: () => unknown): boolean {
  try {
    decode();
    return false;
  } catch {
    return true;
  }
}

describe("any text in, a value out, never a throw", () => {
  /** Made once for all decoders: fast-check has one seed, and a property of each would get the same texts. */
  const texts = fc.sample(anyText, RUNS);
  const decoders: Readonly<Record<string, Decoder>> = {
    ...valueDecoders,
    ...headerDecoders,
    "a message of any text": (text) => decodeMessage(text),
  };

  test.each(Object.entries(decoders))("%s", (_name, decode) => {
    const isDecoded = texts.every((text) => !throws(() => decode(text)));
    if (!isDecoded) fc.assert(ofAnyText(decode), { numRuns: RUNS }); // finds the shortest of the texts that fail
    expect(isDecoded).toBe(true);
  });

  test("a message that was in order before it was bent", () => {
    const property = fc.property(bentMessage, (text) => void decodeMessage(text));
    expect(() => fc.assert(property, { numRuns: RUNS })).not.toThrow();
  });

  test("a message with any text as a value", () => {
    const property = fc.property(
      fc.constantFrom("Via", "From", "To", "CSeq", "Call-ID", "Contact", "Route", "Content-Length", "Max-Forwards"),
      anyText,
      (name, value) => void decodeMessage(`INVITE sip:a SIP/2.0\r\n${name}: ${value}\r\n\r\n`),
    );
    expect(() => fc.assert(property, { numRuns: RUNS })).not.toThrow();
  });
});

describe("an accepted message can be forwarded", () => {
  test("a bent message that is accepted is, written and read again, the same message", () => {
    const property = fc.property(bentMessage, (text) => {
      const first = parseMessage(text);
      fc.pre(first.ok);
      const again = parseMessage(serialize(first.message));
      return again.ok && isDeepStrictEqual(withoutSource(again.message), withoutSource(first.message));
    });
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });
});

/** Beginnings that are right, so that the rest is looked at. */
const beginning = fc.constantFrom(
  "",
  "a",
  "<sip:a>",
  "1",
  "1.5 0",
  "a/b;c",
  "Digest a=b",
  "399 h ",
  "SIP/2.0/WS h",
  "1 (",
);

describe("a decoded header field is the same after being written and read again", () => {
  test.each(decodedNames)("%s", (name) => {
    const property = fc.property(beginning, anyText, (start, rest) => {
      const { first, again } = decodeTwice(name, start + rest);
      return isDeepStrictEqual(again, first);
    });
    expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
  });

  test.each([
    ["Timestamp", "0.0000001"],
    ["Timestamp", "999999999999999 .000000001"],
    ["Timestamp", "123456789.123456789"],
    ["Timestamp", "54. 0."],
  ] as const)("%s: %s", (name, text) => {
    const { first, again } = decodeTwice(name, text);
    expect([first.ok, again]).toEqual([true, first]);
  });
});

function withoutSource(message: SipMessage) {
  return { ...message, fields: message.fields.map((field) => [field.name, valueOf(field)]) };
}
