// Two messages joined into one.
import { joinParts, partsOf } from "../../conformance/faults/edit.ts";
import type { Mutator } from "./mutator.ts";

const headAndTail: Mutator = (text, random, pool) => {
  const other = random.chance(0.7) ? pool.heard(random) : pool.stored(random);
  return text.slice(0, random.between(0, text.length)) + other.slice(random.between(0, other.length));
};

const oneBehindTheOther: Mutator = (text, random, pool) => text + pool.heard(random);

const inTheBody: Mutator = (text, random, pool) => joinParts({ ...partsOf(text), body: pool.heard(random) });

/** The first line of one message with the fields of another. */
const otherFields: Mutator = (text, random, pool) => {
  const { lines, body } = partsOf(pool.heard(random));
  return joinParts({ start: partsOf(text).start, lines, body });
};

const otherBody: Mutator = (text, random, pool) =>
  joinParts({ ...partsOf(text), body: partsOf(pool.stored(random)).body });

export const spliceMutators: readonly Mutator[] = [headAndTail, oneBehindTheOther, inTheBody, otherFields, otherBody];
