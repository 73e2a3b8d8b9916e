import type { Dice } from "../../simulation/core/dice.ts";

/** Turns a text and the other texts on the wire into another text. The same dice give the same text. */
export type Mutator = (text: string, dice: Dice, pool: Pool) => string;

/** Texts to take pieces from. */
export interface Pool {
  /** A message that was sent or received in this story. */
  heard(dice: Dice): string;
  /** A message of the corpus or a torture message. */
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

/** A place in the text, mostly in its head, where it has an effect. */
export function place(text: string, dice: Dice): number {
  const end = text.indexOf("\r\n\r\n");
  return dice.between(0, end > 0 && dice.chance(0.9) ? end + 4 : text.length);
}
