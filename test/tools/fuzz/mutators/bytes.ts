// Damage without regard to SIP's syntax.
import type { Dice } from "../../simulation/core/dice.ts";
import { type Mutator, oneOf, place, stretch } from "./mutator.ts";

const flip: Mutator = (text, dice) => {
  const at = place(text, dice);
  const code = (text.charCodeAt(at) || 65) ^ (1 << dice.between(0, 7));
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
};

const remove: Mutator = (text, dice) => {
  const [start, end] = stretch(text, dice);
  return text.slice(0, start) + text.slice(end);
};

const repeat: Mutator = (text, dice) => {
  const [start, end] = stretch(text, dice);
  const times = dice.chance(0.95) ? dice.between(1, 4) : 500;
  return text.slice(0, end) + text.slice(start, end).repeat(times) + text.slice(end);
};

const cut: Mutator = (text, dice) => {
  const at = dice.between(0, text.length);
  return dice.chance(0.5) ? text.slice(0, at) : text.slice(at);
};

const swap: Mutator = (text, dice) => {
  const [start, end] = stretch(text, dice);
  const to = place(text, dice);
  if (to < end) return text;
  return text.slice(0, start) + text.slice(end, to) + text.slice(start, end) + text.slice(to);
};

/** Characters with a meaning in some syntax. */
const ODD =
  "\r\n\t \0\x01\x08\x0b\x0c\x1b\x7f\x85\u00a0\u00ad\u0660\u200b\u2028\u2029\u202e\ufeff\uffff:;,<>\"'\\%@=?*[]{}()/";

const insert: Mutator = (text, dice) => {
  const at = place(text, dice);
  return text.slice(0, at) + oddText(dice) + text.slice(at);
};

const overwrite: Mutator = (text, dice) => {
  const at = place(text, dice);
  const odd = oddText(dice);
  return text.slice(0, at) + odd + text.slice(at + odd.length);
};

function oddText(dice: Dice): string {
  const characters = Array.from(ODD);
  return Array.from({ length: dice.between(1, 3) }, () => oneOf(dice, characters)).join("");
}

export const byteMutators: readonly Mutator[] = [flip, flip, remove, repeat, cut, swap, insert, insert, overwrite];
