// Timestamp (RFC 3261 §20.38): when the client sent the request, and how long the server thought before it answered.
import type { Codec } from "./codec.ts";

/** In seconds, of whatever clock the client has. */
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

/** No more digits than are read. */
const BEYOND = 1e15;

/** JavaScript would write a small fraction with an exponent, which the grammar does not know. */
function decimal(seconds: number): string {
  return seconds.toFixed(9).replace(/\.?0+$/, "");
}
