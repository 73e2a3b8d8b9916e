// The work on a message must grow linearly with its length, or its sender could choose how long it takes. Steps are counted
// instead of seconds: the same text takes the same steps on every machine.
import { defaultLimits, unlimited } from "../../../../lib/sip/syntax/limits.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";
import { type Decoder, decodeMessage, headerDecoders, valueDecoders } from "../decoders.ts";
import { steps } from "./steps.ts";

export interface Check {
  readonly title: string;
  /** The text that takes too many steps; undefined if every text stays within the limit. */
  readonly tooSlow: () => string | undefined;
}

/** Long enough that the square of one text would outweigh all the others it is tried with. */
const LENGTH = 4096;
/** A fourfold text may take four times the steps; its square would be sixteen times. */
const GROWTH = 4.5;

/** The beginning that leads a decoder to its expensive part; without an entry the text begins at once. */
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
  readNameAddr: ["", '"', "<sip:", "<sip:a>;b=", "<sip:a;b=", "sip:", ";a=<"],
  readUri: ["sip:", "sip:a@b;c=", "sip:a?"],
  unquote: ['"'],
};

const units: readonly string[] = [
  Array.from(',;:=<>@%?&([-.* \t"\\1aé\0'),
  ["%4", "%41", "%ff", "a,", "a.", "a-", ";a", ";a=b", ';a="', ';a="b"', "=;", ", ", " ,", '\\"', '"\\', '" "'],
  ["\r\n ", " \r\n ", " \r\n", "\n", "\r", "SIP/2.0/WS a,", "SIP / 2.0", "<sip:a>,", "::", "a=b,", "a&", "<>", "><"],
  ["😀", "\ud83d"],
].flat();
const suffixes = ["", "!", "x\r\n y"];

type TextOf = (length: number) => string;

function isLinear(decode: Decoder, texts: readonly TextOf[]): boolean {
  const stepsFor = (length: number): number => {
    const written = texts.map((textOf) => textOf(length));
    return steps(() => written.forEach((text) => decode(text)));
  };
  return stepsFor(LENGTH) <= GROWTH * stepsFor(LENGTH / 4);
}

interface Tried {
  readonly leads?: readonly string[] | undefined;
  readonly repeated?: readonly string[];
}

/** The first text that takes too many steps; all of them together first, since one of them would show. */
function slowOne(decode: Decoder, { leads = [""], repeated = units }: Tried): string | undefined {
  for (const lead of leads) {
    const texts = repeated.flatMap((unit) => suffixes.map((end) => ({ unit, end })));
    const textsOf = texts.map(
      ({ unit, end }) =>
        (length: number) =>
          lead + unit.repeat(length / unit.length) + end,
    );
    if (isLinear(decode, textsOf)) continue;
    const at = textsOf.findIndex((textOf) => !isLinear(decode, [textOf]));
    return JSON.stringify(`${lead}${texts[at]?.unit}…${texts[at]?.end}`);
  }
  return undefined;
}

export const ofValues: readonly Check[] = Object.entries(valueDecoders).map(([title, decode]) => ({
  title,
  tooSlow: () => slowOne(decode, { leads: prefixes[title] }),
}));

/** The values themselves are checked above; here it is about the text around them. */
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
const beginnings: readonly string[] = ["", "a", "a/b", "<sip:a>", "1 (", '399 h "', "Digest a=", "1 1", "SIP/2.0/WS a"];

export const ofHeaders: readonly Check[] = Object.entries(headerDecoders).map(([title, decode]) => ({
  title,
  tooSlow: () => slowOne(decode, { leads: beginnings, repeated: around }),
}));

const places: Readonly<Record<string, (text: string) => string>> = {
  "in the start line": (text: string) => `${text}\r\n\r\n`,
  "in the Request-URI": (text: string) => `A ${text} SIP/2.0\r\n\r\n`,
  "in the reason phrase": (text: string) => `SIP/2.0 200 ${text}\r\n\r\n`,
  "in the name of a field": (text: string) => `A b SIP/2.0\r\n${text}: x\r\n\r\n`,
  "in Via": (text: string) => `A b SIP/2.0\r\nVia: SIP/2.0/WS a${text}\r\n\r\n`,
  "in From, behind a Via": (text: string) => `A b SIP/2.0\r\nVia: SIP/2.0/WS a\r\nFrom: <sip:a>${text}\r\n\r\n`,
  "in Content-Length": (text: string) => `A b SIP/2.0\r\nl: ${text}\r\n\r\n`,
  "in a body that is cut": (text: string) => `A b SIP/2.0\r\nl: 9001\r\n\r\n${text}`,
  "instead of the fields": (text: string) => `A b SIP/2.0\r\n${text}`,
};

const ofPlaces: readonly Check[] = Object.entries(places).map(([title, wrap]) => ({
  title,
  tooSlow: () => slowOne((text) => decodeMessage(wrap(text), unlimited), {}),
}));

const lines: Readonly<Record<string, string>> = {
  "empty fields": "a:\r\n",
  "fields of an unknown name": "x-y: 1\r\n",
  "Via fields": "v: SIP/2.0/WS a\r\n",
  lengths: "l: 1\r\n",
  "different lengths": "l: 1\r\nl: 2\r\n",
  "fields with continuation lines": "s: a\r\n b\r\n c\r\n",
  "fields without a colon at the end": "s:\r\n \r\n",
  "Call-IDs": "i: 1\r\n",
};

const ofLines: readonly Check[] = Object.entries(lines).map(([title, line]) => ({
  title: `${title}, as many as there is room for`,
  tooSlow: () => {
    const textOf = (length: number) => `A b SIP/2.0\r\n${line.repeat(Math.ceil(length / line.length))}\r\n`;
    return isLinear((text) => decodeMessage(text, unlimited), [textOf]) ? undefined : line;
  },
}));

const largest: Check = {
  title: "the largest message there can be, of the worst values, takes a few steps for each character",
  tooSlow: () =>
    units.find((unit) => {
      const line = `Via: ${unit.repeat(Math.floor(16_000 / unit.length))}\r\n`;
      const text = `INVITE sip:a SIP/2.0\r\n${line.repeat(8)}\r\n`;
      return steps(() => decodeMessage(text)) / text.length > 100;
    }),
};

const tooLong: Check = {
  title: "a message beyond all bounds is refused before it is read",
  tooSlow: () => {
    const [short, long] = ["\r\n".repeat(100_000), "\r\n".repeat(1_000_000)];
    if (short.length <= defaultLimits.messageLength) throw new TypeError("the short text is not beyond the bounds");
    return steps(() => parseMessage(long)) === steps(() => parseMessage(short)) ? undefined : "line ends";
  },
};

export const ofMessages: readonly Check[] = [...ofPlaces, ...ofLines, largest, tooLong];
