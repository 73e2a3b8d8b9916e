// Where the code of the functions lies: the package ships it bundled, a checkout bundles its sources once per process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";
import { bundleLambdas } from "./bundle.ts";

let bundled: string | undefined;

/** The folder that holds `<name>/index.mjs` of each function. */
export function lambdaFolder(): string {
  const root = packageRoot();
  return existsSync(join(root, "lambdas")) ? (bundled ??= bundleLambdas()) : join(root, "dist", "lambdas");
}
