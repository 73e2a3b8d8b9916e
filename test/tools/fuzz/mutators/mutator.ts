import type { Dice } from "../../simulation/core/dice.ts";

/** A text and what else is on the wire, to another text. The same dice, the same text. */
export type Mutator = (text: string, dice: Dice, pool: Pool) => string;

/** Texts to take pieces from. */
export interface Pool {
  /** One of what was sent and received in this story, by whomever. */
  heard(dice: Dice): string;
  /** One of the corpus or a torture message. */
  stored(dice: Dice): string;
}

/** One of a list; the first of an empty one is "". */
export function oneOf(dice: Dice, choices: readonly string[]): string {
  return choices[dice.between(0, Math.max(0, choices.length - 1))] ?? "";
}

/** A stretch of the text: mostly short, anywhere. */
export function stretch(text: string, dice: Dice): readonly [start: number, end: number] {
  const start = dice.between(0, text.length);
  const length = dice.chance(0.7) ? dice.between(1, 8) : dice.between(1, 200);
  return [start, Math.min(text.length, start + length)];
}

/** Mostly a place in the head, where it matters. */
export function place(text: string, dice: Dice): number {
  const end = text.indexOf("\r\n\r\n");
  return dice.between(0, end > 0 && dice.chance(0.9) ? end + 4 : text.length);
}
