import type { Dice } from "../simulation/core/dice.ts";

export function oneOf<T>(dice: Dice, choices: readonly T[]): T {
  const chosen = choices[dice.between(0, Math.max(0, choices.length - 1))];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
}

/** A random element, with a preference for the latest. */
export function newest<T>(dice: Dice, list: readonly T[]): T {
  return oneOf(dice, dice.chance(0.7) ? list.slice(-1) : list);
}
