// Values that are numbers: Content-Length, Max-Forwards, Expires (RFC 3261 §20.14, §20.19, §20.22), Timestamp (§20.38), RAck
// (RFC 3262 §7.2).
import { type CSeq, parseCSeq } from "../cseq.ts";
import type { Codec } from "./shape.ts";

const DIGITS = /^\d+$/;

/** A number between two bounds; any other is malformed. */
export function wholeNumber(least: number, most: number): Codec<number> {
  return {
    parse(text) {
      const number = DIGITS.test(text) ? Number(text) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
    serialize: String,
  };
}

/** An unsigned number of 32 bits: RSeq, RAck. */
export const uint32 = wholeNumber(0, 2 ** 32 - 1);

/** §20.19: seconds; a value beyond 32 bits means the largest of 32 bits. */
export const deltaSeconds: Codec<number> = {
  parse: (text) => (DIGITS.test(text) ? Math.min(Number(text), 2 ** 32 - 1) : undefined),
  serialize: String,
};

/** RAck: the reliable provisional response that a PRACK acknowledges. */
export interface RAck {
  /** The RSeq of the response. */
  readonly response: number;
  /** The CSeq of the request it responds to. */
  readonly request: CSeq;
}

export const rack: Codec<RAck> = {
  parse(text) {
    const [first = "", ...rest] = text.split(/[ \t]+/);
    const response = uint32.parse(first);
    const request = parseCSeq(rest.join(" "));
    return response === undefined || request === undefined ? undefined : { response, request };
  },
  serialize: ({ response, request: { number, method } }) => `${response} ${number} ${method}`,
};

/** Timestamp: the time of a request by the client's clock, and the server's delay, both in seconds. */
export interface Timestamp {
  readonly sent: number;
  readonly delay?: number;
}

const SECONDS = /^(\d{1,15}(?:\.\d{0,9})?)(?:[ \t]+(\d{0,15}(?:\.\d{0,9})?))?$/;

export const timestamp: Codec<Timestamp> = {
  parse(text) {
    const [, sent, delay] = SECONDS.exec(text) ?? [];
    if (sent === undefined || delay === "." || Number(sent) >= BEYOND || Number(delay ?? 0) >= BEYOND) return undefined;
    return delay ? { sent: Number(sent), delay: Number(delay) } : { sent: Number(sent) };
  },
  serialize: ({ sent, delay }) => (delay === undefined ? decimal(sent) : `${decimal(sent)} ${decimal(delay)}`),
};

/** Bound of the digits that are parsed. */
const BEYOND = 1e15;

/** JavaScript writes a small fraction with an exponent, which the grammar does not allow. */
function decimal(seconds: number): string {
  return seconds.toFixed(9).replace(/\.?0+$/, "");
}
