// Messages that are well formed in every way the grammar of RFC 3261 §7 and §25.1 allows, with the values that a parser
// must read in them.
import * as fc from "../../support/properties.ts";

export interface WrittenField {
  /** Lower case and long. */
  readonly name: string;
  readonly text: string;
  /** With continuation lines joined. */
  readonly value: string;
}

export interface WrittenMessage {
  readonly text: string;
  readonly startLine: string;
  readonly fields: readonly WrittenField[];
  readonly body: string;
}

const TOKEN = Array.from("abcxyzABCXYZ0189-.!%*_+`'~");
export const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 });

const spelled: readonly (readonly [spelling: string, name: string])[] = [
  ["Via", "via"],
  ["v", "via"],
  ["V", "via"],
  ["vIA", "via"],
  ["Contact", "contact"],
  ["m", "contact"],
  ["ROUTE", "route"],
  ["Record-route", "record-route"],
  ["From", "from"],
  ["f", "from"],
  ["Subject", "subject"],
  ["s", "subject"],
  ["X-Unknown", "x-unknown"],
];
const unknownName = token
  .filter((name) => name.length > 1 && !/^(?:content-length)$/i.test(name))
  .map((name) => [`X${name}`, `x${name}`.toLowerCase()] as const);

/** No white space at either end; anything else TEXT-UTF8 allows, and commas, quotes and brackets as they come. */
const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 10 })
  .map((text) => text.replace(/[\0-\x20\x7f]/g, "x"));

/** The text between two words, and its meaning. */
const between = fc.constantFrom(
  { text: " ", value: " " },
  { text: "  ", value: "  " },
  { text: "\t", value: "\t" },
  { text: ", ", value: ", " },
  { text: "\r\n ", value: " " },
  { text: " \t\r\n\t  ", value: " " },
);

const field: fc.Arbitrary<WrittenField> = fc
  .record({
    name: fc.oneof(fc.constantFrom(...spelled), unknownName),
    beforeColon: fc.constantFrom("", "", " ", "\t "),
    before: fc.constantFrom(" ", "", "  ", "\r\n ", "\t\r\n\t"),
    words: fc.array(fc.tuple(word, between), { maxLength: 6 }),
    after: fc.constantFrom("", "", " ", "\t ", "\r\n "),
  })
  .map(({ name: [spelling, name], beforeColon, before, words, after }) => {
    const read = words.map(([text, next], index) => text + (index + 1 < words.length ? next.value : "")).join("");
    const written = words.map(([text, next], index) => text + (index + 1 < words.length ? next.text : "")).join("");
    return { name, text: `${spelling}${beforeColon}:${before}${written}${after}`, value: read };
  });

const startLine = fc.oneof(
  fc
    .record({
      method: token,
      user: token.map((text) => text.replace(/[%`]/g, "_")),
      host: fc.constantFrom("a", "b.example.com", "[::1]:5060"),
    })
    .map(({ method, user, host }) => `${method} sip:${user}@${host};lr SIP/2.0`),
  fc
    .record({ status: fc.integer({ min: 100, max: 699 }), reason: fc.string({ unit: "grapheme", maxLength: 20 }) })
    .map(({ status, reason }) => `SIP/2.0 ${status} ${reason.replace(/[\0\r\n]/g, " ")}`),
);

/** `Content-Length` in its forms, or absent; at any place among the others. */
const length = fc.constantFrom("none", "Content-Length: ", "l:", "L : ", "CONTENT-LENGTH:\r\n 00");

export const wellFormed: fc.Arbitrary<WrittenMessage> = fc
  .record({
    startLine: startLine.filter((line) => !/^SIP\/\d+\.\d+ sip:/i.test(line)),
    fields: fc.array(field, { maxLength: 12 }),
    body: fc.oneof(fc.constant(""), fc.string({ unit: "grapheme", maxLength: 100 })),
    length,
    place: fc.nat(12),
  })
  .map(({ startLine, fields, body, length, place }) => {
    const octets = String(Buffer.byteLength(body));
    const announced = { name: "content-length", text: `${length}${octets}`, value: "" };
    const value = announced.text.slice(announced.text.indexOf(":") + 1).trim();
    const all = length === "none" ? fields : fields.toSpliced(place, 0, { ...announced, value });
    const text = [startLine, ...all.map((one) => one.text), "", body].join("\r\n");
    return { text, startLine, fields: all, body };
  });
