// The folder of this package: of its checkout, or where npm installed it.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Throws where this code was bundled into another program. */
export function packageRoot(): string {
  return rootAbove(dirname(fileURLToPath(import.meta.url)));
}

/** The nearest folder upwards that holds a `package.json`; compiled files lie deeper than their sources. */
function rootAbove(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error("sip-serverless: no package.json above its own code; do not bundle the package");
  return rootAbove(parent);
}
