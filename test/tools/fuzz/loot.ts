// The messages on the wire in a story, for thieves and for mutators that take pieces from them.
import type { Dice } from "../simulation/core/dice.ts";
import { newest, oneOf } from "./choose.ts";
import { samples, torture } from "./corpus.ts";
import type { Pool } from "./mutators/mutator.ts";

export interface Loot extends Pool {
  /** An INVITE as its caller sent it; "" before the first. */
  call(dice: Dice): string;
  add(text: string): void;
}

/** Only the newest texts are still valid. */
const MEMORY = 24;

export function createLoot(): Loot {
  const wire: string[] = [];
  const calls: string[] = [];
  return {
    heard: (dice) => wire[dice.between(0, wire.length - 1)] ?? "",
    call: (dice) => (calls.length === 0 ? "" : newest(dice, calls)),
    stored: (dice) => (dice.chance(0.7) ? oneOf(dice, samples).text : oneOf(dice, torture)),
    add(text) {
      wire.push(text);
      if (wire.length > MEMORY) wire.shift();
      if (text.startsWith("INVITE ") && !text.includes("\r\nVia: SIP/2.0/WSS ")) calls.push(text);
    },
  };
}
