// The messages on the wire in a story, for attackers and for mutators that take pieces from them.
import type { Random } from "../simulation/core/random.ts";
import { newest, oneOf } from "./choose.ts";
import { samples, torture } from "./corpus.ts";
import type { Pool } from "./mutators/mutator.ts";

export interface Overheard extends Pool {
  /** An INVITE as its caller sent it; "" before the first. */
  call(random: Random): string;
  add(text: string): void;
}

/** Only the newest texts are still valid. */
const MEMORY = 24;

export function createOverheard(): Overheard {
  const wire: string[] = [];
  const calls: string[] = [];
  return {
    heard: (random) => wire[random.between(0, wire.length - 1)] ?? "",
    call: (random) => (calls.length === 0 ? "" : newest(random, calls)),
    stored: (random) => (random.chance(0.7) ? oneOf(random, samples).text : oneOf(random, torture)),
    add(text) {
      wire.push(text);
      if (wire.length > MEMORY) wire.shift();
      if (text.startsWith("INVITE ") && !text.includes("\r\nVia: SIP/2.0/WSS ")) calls.push(text);
    },
  };
}
