// For `node --import`: `lib/sip` is loaded as code that counts its steps.
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { counted } from "./counted.ts";
import { taken } from "./steps.ts";

const LIB = new URL("../../../../lib/sip/", import.meta.url).href;

Object.assign(globalThis, { $taken: taken });

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(LIB)) return nextLoad(url, context);
    const code = readFileSync(fileURLToPath(url), "utf8");
    return { format: "module", source: counted(stripTypeScriptTypes(code)), shortCircuit: true };
  },
});
