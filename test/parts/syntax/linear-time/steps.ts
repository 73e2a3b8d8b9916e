// The work of a call, in steps that are the same on every machine and in every run: how often `lib/sip` entered a function or
// began a turn of a loop (`counted.ts`), and how many characters or elements the built-ins of the language went through for it.

/** Counted by the code under test itself. */
export const $taken = { steps: 0 };

export function steps(work: () => unknown): number {
  $taken.steps = 0;
  const counting = countBuiltIns();
  try {
    work();
  } finally {
    counting.stop();
  }
  return $taken.steps + counting.through();
}

type BuiltIn = (this: { readonly length: number }, ...parameters: unknown[]) => unknown;

/** Searches stop where they find something; everything else goes through all there is. */
const searches = new Set<PropertyKey>(["indexOf", "includes"]);
const ofStrings = [
  ["indexOf", "includes", "lastIndexOf", "split", "trim", "toLowerCase", "toUpperCase"],
  ["replace", "replaceAll", "toWellFormed", "repeat", "match", "search"],
].flat();
const ofArrays: readonly PropertyKey[] = [
  ["slice", "concat", "indexOf", "includes", "join", "toSpliced", "toSorted", "with", "flat", Symbol.iterator],
].flat();

interface Count {
  stop(): void;
  /** Characters and elements. */
  through(): number;
}

function countBuiltIns(): Count {
  let passed = 0;
  const undo: (() => void)[] = [];
  const watch = (prototype: object, names: readonly PropertyKey[]): void => {
    for (const name of names) {
      const original: BuiltIn = Reflect.get(prototype, name);
      const put = (value: BuiltIn) =>
        Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
      put(function (...parameters) {
        const result = original.apply(this, parameters);
        passed += 1 + (searches.has(name) ? searched(this.length, parameters[1], result) : this.length);
        return result;
      });
      undo.push(() => put(original));
    }
  };
  watch(String.prototype, ofStrings);
  watch(Array.prototype, ofArrays);
  const { exec } = RegExp.prototype;
  const patterns: object = RegExp.prototype;
  const putExec = (value: typeof exec) =>
    Object.defineProperty(patterns, "exec", { value, configurable: true, writable: true });
  putExec(function (this: RegExp, text) {
    const from = this.lastIndex;
    const match = exec.call(this, text);
    // That a pattern goes through a text once is for `patterns.test.ts` to say.
    const nowhere = this.sticky ? from : text.length;
    passed += (match === null ? nowhere : match.index + match[0].length) - from + 1;
    return match;
  });
  undo.push(() => putExec(exec));
  return { stop: () => undo.forEach((step) => step()), through: () => passed };
}

/** From its start index to the found one, or to the end. */
function searched(length: number, from: unknown, found: unknown): number {
  const start = typeof from === "number" ? from : 0;
  return (typeof found === "number" && found >= start ? found : length) - start;
}
