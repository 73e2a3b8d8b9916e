// Bundles the code and the styles of the phone page. The published package ships the result and has no esbuild.
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { buildSync } from "esbuild";

/** Loaded when it is needed, because this file is loaded in the published package too. */
function esbuild(): { readonly buildSync: typeof buildSync } {
  return createRequire(import.meta.url)("esbuild");
}

/** `phone.js` and `phone.css` of the page in this folder. Throws esbuild's errors. */
export function bundlePhone(folder: string): ReadonlyMap<string, Uint8Array> {
  const { outputFiles } = esbuild().buildSync({
    entryPoints: [
      { in: `${folder}main.tsx`, out: "phone" },
      { in: `${folder}style/phone.css`, out: "phone" },
    ],
    outdir: folder,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}
