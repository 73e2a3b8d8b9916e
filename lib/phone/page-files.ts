// The files of the page: the same for every deployment, except `config.json`.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundlePage } from "./bundle.ts";
import type { PhoneConfig } from "./phone-config.ts";

export interface PageFile {
  /** Path below the page, such as `phone.js`. */
  readonly name: string;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** The service worker is a script of its own. */
export const phoneScripts = { wake: "wake-up/worker.ts" } as const;

/** Everything but `config.json`. A checkout bundles the code now; the package ships it bundled. */
export function pageFiles(): readonly PageFile[] {
  const page = pageFolder(dirname(fileURLToPath(import.meta.url)));
  const bundled = existsSync(`${page}phone.js`)
    ? new Map<string, Uint8Array>()
    : bundlePage(page, "phone", phoneScripts);
  return Object.entries(types).map(([name, type]) => ({
    name,
    type,
    body: bundled.get(name) ?? readFileSync(`${page}${name}`),
  }));
}

export function configFile(config: PhoneConfig): PageFile {
  return { name: "config.json", type: "application/json", body: JSON.stringify(config) };
}

/** Beside this file, or where the package has it: its edition for `require` is one file in another folder. */
function pageFolder(folder: string): string {
  const places = [join(folder, "page", "/"), join(folder, "dist", "esm", "lib", "phone", "page", "/")];
  const found = places.find((place) => existsSync(`${place}index.html`));
  if (found !== undefined) return found;
  if (dirname(folder) === folder)
    throw new Error("sip-serverless: the phone page is missing; do not bundle the construct");
  return pageFolder(dirname(folder));
}

const types = {
  "index.html": "text/html; charset=utf-8",
  "phone.css": "text/css; charset=utf-8",
  "phone.js": "text/javascript; charset=utf-8",
  "wake.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;
