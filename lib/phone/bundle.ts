// Bundles the code and the styles of a page. The published package ships the result and has no esbuild.
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { buildSync } from "esbuild";

/** Loaded when it is needed, because this file is loaded in the published package too. */
function esbuild(): { readonly buildSync: typeof buildSync } {
  return createRequire(import.meta.url)("esbuild");
}

/**
 * `NAME.js` and `NAME.css` of the page in this folder, from `main.tsx` and `style/NAME.css`, and further scripts by their
 * names and sources. Throws esbuild's errors.
 */
export function bundlePage(
  folder: string,
  name: string,
  scripts: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Uint8Array> {
  const { outputFiles } = esbuild().buildSync({
    entryPoints: [
      { in: `${folder}main.tsx`, out: name },
      { in: `${folder}style/${name}.css`, out: name },
      ...Object.entries(scripts).map(([out, source]) => ({ in: `${folder}${source}`, out })),
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
