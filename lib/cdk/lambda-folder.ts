// Where the code of the functions lies: the package ships it bundled, a checkout bundles its sources once per process.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleLambdas } from "./bundle.ts";

let bundled: string | undefined;

/** The folder that holds `<name>/index.mjs` of each function. */
export function lambdaFolder(): string {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  return existsSync(join(root, "lambdas")) ? (bundled ??= bundleLambdas()) : join(root, "dist", "lambdas");
}

/** The nearest folder upwards that holds a `package.json`; compiled files lie deeper than their sources. */
function packageRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error("sip-serverless: no package.json above its own code; do not bundle the construct");
  return packageRoot(parent);
}
