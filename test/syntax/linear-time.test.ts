import { describe, expect, test } from "@jest/globals";
import { defaultLimits, type Limits } from "../../lib/sip/syntax/limits.ts";
import { parseMessage } from "../../lib/sip/syntax/parse.ts";
import { type Decoder, decodeMessage, headerDecoders, valueDecoders } from "./decoders.ts";

// Whoever sends a message chooses how long we work on it, unless the work grows with the length and no faster. What is
// quick on a long text is not looked at any further: so many steps take a millisecond, their square much more, even
// where a step is as cheap as it is for `indexOf`.

/** Half of what a message can have, four times what a header field can. */
const LENGTH = 65_536;
const QUICK_MILLISECONDS = 4;
/** A fourfold text may take fourfold time; sixteenfold is what must not be. */
const GROWTH = 9;
const ATTEMPTS = 6;

/** Of this thread's own time, so that it does not matter what else the machine is doing. */
function milliseconds(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function best(work: () => unknown, times: number): number {
  return Math.min(...Array.from({ length: times }, () => milliseconds(work)));
}

/** Small sizes first, so that the square of the largest need not be waited for. */
function isLinear(decode: Decoder, textOf: (length: number) => string, longest = LENGTH): boolean {
  return [longest / 16, longest / 4, longest].every((length) => {
    const text = textOf(length);
    return milliseconds(() => decode(text)) < QUICK_MILLISECONDS || growsSlowly(decode, textOf(length / 4), text);
  });
}

/** Robust on a busy machine: what is once seen to be quick, or to grow as it should, is so. */
function growsSlowly(decode: Decoder, short: string, long: string): boolean {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const time = best(() => decode(long), attempt);
    if (time < QUICK_MILLISECONDS || time < GROWTH * best(() => decode(short), attempt)) return true;
  }
  return false;
}

/** What leads a decoder to where it has much to do; without an entry the text begins at once. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  endOfQuoted: ['"'],
  isSameUri: ["sip:a;b=", "sip:", "tel:1"],
  parseAuthHeader: ["Digest a=", 'Digest a="'],
  parseCSeq: ["1", "1 "],
  parseHostPort: ["", "[", "a:"],
  parseNameAddr: ["", '"', "<sip:", "<sip:a>;b=", "sip:"],
  parseParameters: ["", ";a=", ';a="'],
  parseUri: ["sip:", "sip:a@b;c=", "sip:a?", "tel:", "tel:1;a=", "x:"],
  parseVia: ["SIP/2.0/", "SIP/2.0/WS ", "SIP/2.0/WS a;b="],
  unquote: ['"'],
};

const units: readonly string[] = [
  Array.from(',;:=<>@%?&([-.* \t"\\1aé\0'),
  ["%4", "%41", "%ff", "a,", "a.", "a-", ";a", ";a=b", ';a="', ';a="b"', "=;", ", ", " ,", '\\"', '"\\', '" "'],
  ["\r\n ", " \r\n ", " \r\n", "\n", "\r", "SIP/2.0/WS a,", "SIP / 2.0", "<sip:a>,", "::", "a=b,", "a&", "<>", "><"],
  ["😀", "\ud83d"],
].flat();
const suffixes = ["", "!", "x\r\n y"];

interface Tried {
  readonly leads?: readonly string[] | undefined;
  readonly repeated?: readonly string[];
  readonly longest?: number;
}

/** The first text that takes too long. */
function slowOne(decode: Decoder, { leads = [""], repeated = units, longest = LENGTH }: Tried): string | undefined {
  for (const lead of leads) {
    for (const unit of repeated) {
      for (const end of suffixes) {
        const textOf = (length: number) => lead + unit.repeat(Math.ceil(length / unit.length)) + end;
        if (!isLinear(decode, textOf, longest)) return JSON.stringify(`${lead}${unit}…${end}`);
      }
    }
  }
  return undefined;
}

describe("the time for a value grows with its length and no faster", () => {
  test.each(Object.entries(valueDecoders))("%s", (name, decode) => {
    expect(slowOne(decode, { leads: prefixes[name] })).toBeUndefined();
  });
});

/** Their values are made of what was asked above; here it is about what is around them. */
const around = [
  "a",
  "1",
  " ",
  ",",
  "a,",
  ";a",
  ";a=b",
  '"',
  "\\",
  '"a" ',
  "(",
  "(a)",
  "()",
  "/",
  "a/b ",
  ".",
  "<sip:a>,",
  "*",
  "-a",
  "1.1",
];
const MAX_HEADER = defaultLimits.headerLength;
const beginnings: readonly string[] = ["", "a", "a/b", "<sip:a>", "1 (", '399 h "', "Digest a=", "1 1", "SIP/2.0/WS a"];

describe("so does the time for a header field", () => {
  test.each(Object.entries(headerDecoders))("%s", (_name, decode) => {
    expect(slowOne(decode, { leads: beginnings, repeated: around, longest: MAX_HEADER })).toBeUndefined();
  });
});

const limitless: Limits = { messageLength: Infinity, headerCount: Infinity, headerLength: Infinity };

describe("so does the time for a message and all that is read in it", () => {
  test.each([
    ["in the start line", (text: string) => `${text}\r\n\r\n`],
    ["in the Request-URI", (text: string) => `A ${text} SIP/2.0\r\n\r\n`],
    ["in the reason phrase", (text: string) => `SIP/2.0 200 ${text}\r\n\r\n`],
    ["in the name of a field", (text: string) => `A b SIP/2.0\r\n${text}: x\r\n\r\n`],
    ["in Via", (text: string) => `A b SIP/2.0\r\nVia: SIP/2.0/WS a${text}\r\n\r\n`],
    ["in From, behind a Via", (text: string) => `A b SIP/2.0\r\nVia: SIP/2.0/WS a\r\nFrom: <sip:a>${text}\r\n\r\n`],
    ["in Content-Length", (text: string) => `A b SIP/2.0\r\nl: ${text}\r\n\r\n`],
    ["in a body that is cut", (text: string) => `A b SIP/2.0\r\nl: 9001\r\n\r\n${text}`],
    ["instead of the fields", (text: string) => `A b SIP/2.0\r\n${text}`],
  ])("%s", (_where, wrap) => {
    expect(slowOne((text) => decodeMessage(wrap(text), limitless), {})).toBeUndefined();
  });

  test.each([
    ["empty fields", "a:\r\n"],
    ["fields of an unknown name", "x-y: 1\r\n"],
    ["Via fields", "v: SIP/2.0/WS a\r\n"],
    ["lengths", "l: 1\r\n"],
    ["different lengths", "l: 1\r\nl: 2\r\n"],
    ["fields with continuation lines", "s: a\r\n b\r\n c\r\n"],
    ["fields without a colon at the end", "s:\r\n \r\n"],
    ["Call-IDs", "i: 1\r\n"],
  ])("%s, as many as there is room for", (_what, line) => {
    const textOf = (length: number) => `A b SIP/2.0\r\n${line.repeat(Math.ceil(length / line.length))}\r\n`;
    expect(isLinear((text) => decodeMessage(text, limitless), textOf)).toBe(true);
  });
});

test("the largest message there can be, of the worst values there can be, is done with in no time", () => {
  const worst = units.map((unit) => {
    const line = `Via: ${unit.repeat(Math.floor(16_000 / unit.length))}\r\n`;
    const text = `INVITE sip:a SIP/2.0\r\n${line.repeat(8)}\r\n`;
    return { unit, time: best(() => decodeMessage(text), 3) };
  });
  expect(worst.filter(({ time }) => time > 100)).toEqual([]);
});

test("a message beyond all bounds is refused before it is looked at", () => {
  const text = "\r\n".repeat(5_000_000);
  expect(best(() => parseMessage(text), 5)).toBeLessThan(5);
});
