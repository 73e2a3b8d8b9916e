// Two messages joined into one.
import { joinParts, partsOf } from "../../conformance/faults/edit.ts";
import type { Mutator } from "./mutator.ts";

const headAndTail: Mutator = (text, dice, pool) => {
  const other = dice.chance(0.7) ? pool.heard(dice) : pool.stored(dice);
  return text.slice(0, dice.between(0, text.length)) + other.slice(dice.between(0, other.length));
};

const oneBehindTheOther: Mutator = (text, dice, pool) => text + pool.heard(dice);

const inTheBody: Mutator = (text, dice, pool) => joinParts({ ...partsOf(text), body: pool.heard(dice) });

/** The first line of one message with the fields of another. */
const otherFields: Mutator = (text, dice, pool) => {
  const { lines, body } = partsOf(pool.heard(dice));
  return joinParts({ start: partsOf(text).start, lines, body });
};

const otherBody: Mutator = (text, dice, pool) => joinParts({ ...partsOf(text), body: partsOf(pool.stored(dice)).body });

export const spliceMutators: readonly Mutator[] = [headAndTail, oneBehindTheOther, inTheBody, otherFields, otherBody];
