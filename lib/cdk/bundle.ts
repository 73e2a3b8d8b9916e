// Turns each file of `lambdas/` into one self-contained ES module, all in a single esbuild run (a run per function, as
// NodejsFunction does it, takes five times as long). A package that ships the result needs nothing of this at deploy time.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Names of the deployed functions: `ls lambdas`. */
export function lambdaNames(): readonly string[] {
  return readdirSync(join(root, "lambdas"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"))
    .sort();
}

/** Bundles every Lambda and returns the folder that holds `<name>/index.mjs`. Throws what esbuild has to complain about. */
export function bundleLambdas(folder: string = join(root, "dist", "lambdas")): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: lambdaNames().map((name) => ({ in: join("lambdas", `${name}.ts`), out: join(name, "index") })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"], // the ES module edition of a package leaves out more of what nobody calls
    alias: { "@aws-sdk/credential-provider-node": "./lib/cdk/lambda-credentials.ts" },
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  return folder;
}

/** Two runs at a time (a test beside a local cloud) must never see each other's half-written file. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === contents.length && readFileSync(path).equals(contents))
    return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
