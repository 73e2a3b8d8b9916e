// Turns each file of `lambdas/` into one self-contained ES module, all in a single esbuild run (a run per function, as
// NodejsFunction does it, takes five times as long). The published package ships the result and has no esbuild.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, buildSync, Metafile } from "esbuild";
import { WEB_PUSH_FILE } from "../aws/environment.ts";

/** Functions that send pushes. */
export const senders = ["default", "timers"] as const;

/** The folder of a function with the package web-push. */
export function withPush(name: string): string {
  return `${name}-with-push`;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Loaded when it is needed, because this file is loaded in the published package too. */
function esbuild(): { readonly buildSync: typeof buildSync } {
  return createRequire(import.meta.url)("esbuild");
}

/** Names of the deployed functions: `ls lambdas`. */
export function lambdaNames(): readonly string[] {
  return readdirSync(join(root, "lambdas"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"))
    .sort();
}

/** Bundles every Lambda and returns the folder that holds `<name>/index.mjs`. Throws what esbuild has to complain about. */
export function bundleLambdas(folder: string = join(root, "dist", "lambdas")): string {
  const { outputFiles } = esbuild().buildSync(options(folder));
  for (const { path, contents } of outputFiles) writeIfChanged(path, contents);
  for (const name of senders) {
    const index = outputFiles.find(({ path }) => path === join(folder, name, "index.mjs"));
    if (index === undefined) throw new TypeError(`no bundle of ${name}`);
    writeIfChanged(join(folder, withPush(name), "index.mjs"), index.contents);
    writeIfChanged(join(folder, withPush(name), WEB_PUSH_FILE), bundleWebPush());
  }
  return folder;
}

/** A file that is required when the first push is sent, so that other deployments and cold starts are without it. */
function bundleWebPush(): Uint8Array {
  const { outputFiles } = esbuild().buildSync(webPushOptions);
  const [file] = outputFiles;
  if (file === undefined) throw new TypeError("no bundle of web-push");
  return file.contents;
}

/**
 * Octets in a bundle, by function and by their origin: a package, or a file of this project. `web-push.cjs` is listed by its
 * name.
 */
export function contentsOfBundles(): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const functions = esbuild().buildSync({ ...options("bundles"), metafile: true }).metafile;
  const webPush = esbuild().buildSync({ ...webPushOptions, metafile: true }).metafile;
  return {
    ...Object.fromEntries(
      Object.entries(functions.outputs).map(([path, output]) => [basename(dirname(path)), octetsByOrigin(output)]),
    ),
    ...Object.fromEntries(Object.values(webPush.outputs).map((output) => [WEB_PUSH_FILE, octetsByOrigin(output)])),
  };
}

type Output = Metafile["outputs"][string];

function octetsByOrigin({ inputs }: Output): Readonly<Record<string, number>> {
  const octets: Record<string, number> = {};
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const isOnlyTheEntry = file === "<stdin>";
    if (bytesInOutput > 0 && !isOnlyTheEntry) octets[originOf(file)] = (octets[originOf(file)] ?? 0) + bytesInOutput;
  }
  return octets;
}

/** Nested packages too: the last `node_modules` of a path counts. */
function originOf(file: string): string {
  return /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? file;
}

const webPushOptions = {
  absWorkingDir: root,
  stdin: { contents: 'module.exports = require("web-push")', resolveDir: root },
  bundle: true,
  write: false,
  platform: "node",
  target: "node24",
  format: "cjs",
  minify: true,
  legalComments: "none",
  logLevel: "error",
} as const satisfies BuildOptions;

function options(folder: string) {
  return {
    absWorkingDir: root,
    entryPoints: lambdaNames().map((name) => ({ in: join("lambdas", `${name}.ts`), out: join(name, "index") })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"], // esbuild drops more unused code of a package's ES module edition
    alias: {
      "@aws-sdk/credential-provider-node": "./lib/cdk/stand-ins/lambda-credentials.ts",
      "@aws-sdk/middleware-endpoint-discovery": "./lib/cdk/stand-ins/no-endpoint-discovery.ts",
      "@smithy/core/checksum": "./lib/cdk/stand-ins/node-checksums.ts",
      "@smithy/core/event-streams": "./lib/cdk/stand-ins/no-event-streams.ts",
      "@smithy/node-http-handler": "./lib/cdk/stand-ins/no-http-handler.ts",
    },
    loader: { ".json": "empty" }, // the clients read their package.json for the version in the User-Agent
    minify: true,
    legalComments: "none",
    logLevel: "error",
  } as const satisfies BuildOptions;
}

/** Two runs at a time (a test beside a local cloud) must not read each other's half-written file. */
function writeIfChanged(path: string, contents: Uint8Array): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === contents.length && readFileSync(path).equals(contents))
    return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}
