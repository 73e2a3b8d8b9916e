// The work of a call, in steps that are the same on every machine and in every run: how often `lib/sip` entered a function or
// began a turn of a loop (`counted.ts`), and how many characters or elements the built-ins of the language went through for it.

/** Counted by the code under test itself, and by the built-ins. */
export const $taken = { steps: 0 };

export function steps(work: () => unknown): number {
  $taken.steps = 0;
  work();
  return $taken.steps;
}

type BuiltIn = (this: { readonly length: number }, ...parameters: unknown[]) => unknown;

const ofStrings = [
  ["split", "trim", "toLowerCase", "toUpperCase"],
  ["replace", "replaceAll", "toWellFormed", "repeat", "match", "search"],
].flat();
const ofArrays: readonly PropertyKey[] = [
  ["slice", "concat", "join", "toSpliced", "toSorted", "with", "flat", Symbol.iterator],
].flat();
/** They stop where they find something; the others go through all there is. */
const searches = ["indexOf", "includes", "lastIndexOf"];

/** From now on the built-ins of this process count. */
export function countBuiltIns(): void {
  for (const name of ofStrings) replace(String.prototype, name, counting);
  for (const name of ofArrays) replace(Array.prototype, name, counting);
  for (const name of searches) {
    replace(String.prototype, name, countingSearch);
    replace(Array.prototype, name, countingSearch);
  }
  replace(RegExp.prototype, "exec", countingMatch);
}

function replace<F>(prototype: object, name: PropertyKey, change: (original: F) => F): void {
  const value = change(Reflect.get(prototype, name));
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}

function counting(original: BuiltIn): BuiltIn {
  return function (...parameters) {
    $taken.steps += 1 + this.length;
    return original.apply(this, parameters);
  };
}

function countingSearch(original: BuiltIn): BuiltIn {
  return function (...parameters) {
    const found = original.apply(this, parameters);
    $taken.steps += 1 + searched(this.length, parameters[1], found);
    return found;
  };
}

/** From its start index to the found one, or to the end. */
function searched(length: number, from: unknown, found: unknown): number {
  const start = typeof from === "number" ? from : 0;
  return (typeof found === "number" && found >= start ? found : length) - start;
}

function countingMatch(exec: RegExp["exec"]): RegExp["exec"] {
  return function (this: RegExp, text) {
    const from = this.lastIndex;
    const match = exec.call(this, text);
    // That a pattern goes through a text once is for `patterns.test.ts` to say.
    const nowhere = this.sticky ? from : text.length;
    $taken.steps += (match === null ? nowhere : match.index + match[0].length) - from + 1;
    return match;
  };
}
