// Texts that a peer could send on purpose: random ones, ones made of the pieces that parsers stumble over, and messages
// that are well formed except for a few alterations.
import * as fc from "../../support/properties.ts";
import { rfc4475 } from "../../requirements/rfc4475/verdicts.ts";
import { wireOf } from "../../requirements/rfc4475/torture-message.ts";

export const fragments: readonly string[] = [
  Array.from(" \t\r\n\0\"\\<>;,:=@%?&()[]{}/*+-._'|~!#$^`"),
  ["\r\n", "\r\n ", "\r\n\t", "\r\n\r\n", '\\"', "\\\0", "%4", "%41", "%00", "%ff", "%zz", "::", "<>", "<<"],
  ["sip:", "sips:", "tel:", "SIP/2.0", "SIP/2.0/WS", "Digest ", ";tag=", ";q=", "*", 'a="', '=""'],
  ["é", "大", "😀", "\ud83d", "\udc00", "\u00a0", "\ufeff", "\u2028", "\x7f", "\x01"],
  ["0", "9", "4294967296", "99999999999999999999", "-1", "a", "Z", "example.com", "[::1]", "192.0.2.1"],
  ["Via: ", "v:", "From: ", "Content-Length: ", "l:", "CSeq: 1 INVITE", "INVITE sip:a SIP/2.0", "constructor"],
].flat();

const some = fc.constantFrom(...fragments);
const pieces = fc.array(some, { maxLength: 40, size: "max" }).map((parts) => parts.join(""));

export const anyText: fc.Arbitrary<string> = fc.oneof(
  pieces,
  pieces,
  fc.string({ unit: fc.character, maxLength: 60, size: "max" }),
  fc.string({ unit: "grapheme", maxLength: 60, size: "max" }),
);

const torture = rfc4475.map(({ name }) => wireOf("rfc4475", name).toString("utf8"));

/** A change of a text: at a place between 0 and 1, take out so many characters and put something in. */
const bend = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), out: fc.nat(20), in: fc.oneof(some, pieces) });

/** Messages of RFC 4475, bent in up to five places. */
export const bentMessage: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...torture), fc.array(bend, { minLength: 1, maxLength: 5 }))
  .map(([text, bends]) => bends.reduce(bent, text));

function bent(text: string, { at, out, in: put }: { at: number; out: number; in: string }): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + put + text.slice(from + out);
}
