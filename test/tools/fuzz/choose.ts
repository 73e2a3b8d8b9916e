import type { Random } from "../simulation/core/random.ts";

export function oneOf<T>(random: Random, choices: readonly T[]): T {
  const chosen = choices[random.between(0, Math.max(0, choices.length - 1))];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
}

/** A random element, with a preference for the latest. */
export function newest<T>(random: Random, list: readonly T[]): T {
  return oneOf(random, random.chance(0.7) ? list.slice(-1) : list);
}
