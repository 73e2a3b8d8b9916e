// Bundles the code of the phone page.
import { build } from "esbuild";

/** `phone.js` of the page in this folder. Throws esbuild's errors. */
export async function bundlePhone(folder: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}phone.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no phone.js");
  return file.contents;
}
