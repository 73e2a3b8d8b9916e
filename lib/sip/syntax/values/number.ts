// Whole numbers: Content-Length, Max-Forwards, Expires and their like (RFC 3261 §20.14, §20.19, §20.22).
import type { Codec } from "./codec.ts";

const DIGITS = /^\d+$/;

/** A number between two bounds; anything beyond is malformed. */
export function wholeNumber(least: number, most: number): Codec<number> {
  return {
    parse(text) {
      const number = DIGITS.test(text) ? Number(text) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
    serialize: String,
  };
}

/** What 32 bits hold: RSeq, RAck. */
export const uint32 = wholeNumber(0, 2 ** 32 - 1);

/** §20.19: seconds; more than 32 bits hold means the same as the most they hold. */
export const deltaSeconds: Codec<number> = {
  parse: (text) => (DIGITS.test(text) ? Math.min(Number(text), 2 ** 32 - 1) : undefined),
  serialize: String,
};
