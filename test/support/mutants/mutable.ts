// Makes the functions of `lib` exchangeable: each exported function, and each function behind a `/* mutant: name */`, asks
// the registry at every call whether a mutant stands in for it.
import type { Rewriting } from "../program.ts";

const FUNCTION = /^([ \t]*)(?:\/\* mutant: ([^*]+?) \*\/ )?(export )?(async )?function (\w+)(?=\s*[<(])/gm;

export const mutableLib: Rewriting = {
  folder: new URL("../../../lib/", import.meta.url),
  globals: new URL("registry.ts", import.meta.url),
  rewrite: (code) =>
    code.replace(FUNCTION, (text, indent: string, marker?: string, exported = "", async = "", name = "") => {
      if (marker === undefined && exported === "") return text;
      const key = marker === undefined ? name : JSON.stringify(marker);
      const mark = marker === undefined ? "" : `markers.add(${key}); `;
      // `arguments` is passed on without a copy.
      const body = `return (mutants.get(${key})?.(${name}$) ?? ${name}$).apply(undefined, arguments);`;
      return `${indent}${mark}${exported}function ${name}() { ${body} } ${async}function ${name}$`;
    }),
};
