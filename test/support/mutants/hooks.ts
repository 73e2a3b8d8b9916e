// For `node --import`: `lib` is loaded with functions that mutants can replace.
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { mutable } from "./mutable.ts";
import { markers, mutants } from "./registry.ts";

const LIB = new URL("../../../lib/", import.meta.url).href;

Object.assign(globalThis, { mutants });

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(LIB) || !url.endsWith(".ts")) return nextLoad(url, context);
    const code = readFileSync(fileURLToPath(url), "utf8");
    for (const [, marker = ""] of code.matchAll(/\/\* mutant: ([^*]+?) \*\//g)) markers.add(marker);
    return { format: "module", source: mutable(stripTypeScriptTypes(code)), shortCircuit: true };
  },
});
