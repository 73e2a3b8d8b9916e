// Damage without regard to SIP's syntax.
import type { Random } from "../../simulation/core/random.ts";
import { type Mutator, oneOf, place, stretch } from "./mutator.ts";

const flip: Mutator = (text, random) => {
  const at = place(text, random);
  const code = (text.charCodeAt(at) || 65) ^ (1 << random.between(0, 7));
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
};

const remove: Mutator = (text, random) => {
  const [start, end] = stretch(text, random);
  return text.slice(0, start) + text.slice(end);
};

const repeat: Mutator = (text, random) => {
  const [start, end] = stretch(text, random);
  const times = random.chance(0.95) ? random.between(1, 4) : 500;
  return text.slice(0, end) + text.slice(start, end).repeat(times) + text.slice(end);
};

const cut: Mutator = (text, random) => {
  const at = random.between(0, text.length);
  return random.chance(0.5) ? text.slice(0, at) : text.slice(at);
};

const swap: Mutator = (text, random) => {
  const [start, end] = stretch(text, random);
  const to = place(text, random);
  if (to < end) return text;
  return text.slice(0, start) + text.slice(end, to) + text.slice(start, end) + text.slice(to);
};

/** Characters with a meaning in some syntax. */
const ODD =
  "\r\n\t \0\x01\x08\x0b\x0c\x1b\x7f\x85\u00a0\u00ad\u0660\u200b\u2028\u2029\u202e\ufeff\uffff:;,<>\"'\\%@=?*[]{}()/";

const insert: Mutator = (text, random) => {
  const at = place(text, random);
  return text.slice(0, at) + oddText(random) + text.slice(at);
};

const overwrite: Mutator = (text, random) => {
  const at = place(text, random);
  const odd = oddText(random);
  return text.slice(0, at) + odd + text.slice(at + odd.length);
};

function oddText(random: Random): string {
  const characters = Array.from(ODD);
  return Array.from({ length: random.between(1, 3) }, () => oneOf(random, characters)).join("");
}

export const byteMutators: readonly Mutator[] = [flip, flip, remove, repeat, cut, swap, insert, insert, overwrite];
