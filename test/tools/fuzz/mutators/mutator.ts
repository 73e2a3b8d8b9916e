import type { Random } from "../../simulation/core/random.ts";

/** Turns a text and the other texts on the wire into another text. The same random give the same text. */
export type Mutator = (text: string, random: Random, pool: Pool) => string;

/** Texts to take pieces from. */
export interface Pool {
  /** A message that was sent or received in this story. */
  heard(random: Random): string;
  /** A message of the corpus or a torture message. */
  stored(random: Random): string;
}

/** One of a list; the first of an empty one is "". */
export function oneOf(random: Random, choices: readonly string[]): string {
  return choices[random.between(0, Math.max(0, choices.length - 1))] ?? "";
}

/** A stretch of the text: mostly short, anywhere. */
export function stretch(text: string, random: Random): readonly [start: number, end: number] {
  const start = random.between(0, text.length);
  const length = random.chance(0.7) ? random.between(1, 8) : random.between(1, 200);
  return [start, Math.min(text.length, start + length)];
}

/** A place in the text, mostly in its head, where it has an effect. */
export function place(text: string, random: Random): number {
  const end = text.indexOf("\r\n\r\n");
  return random.between(0, end > 0 && random.chance(0.9) ? end + 4 : text.length);
}
