// All random choices of a run come from one seed. Every draw depends on a name and not on the number of earlier draws: a
// script without some of its steps has the same weather for the others, and so a failing seed can be shrunk.

export interface Random {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Another source, which gives the same for the same name whatever this one has given. */
  named(name: string): Random;
}

export function createRandom(seed: number | string): Random {
  const origin = hash(String(seed));
  let state = origin;

  function fraction(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));
  return {
    chance: (probability) => fraction() < probability,
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    named: (name) => createRandom(`${origin}/${name}`),
  };
}

/** FNV-1a, then mixed so that names which differ in their last character differ in every bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
