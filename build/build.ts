// `npm run build`: everything that the published package holds, in `dist/`.
//   dist/esm      the library, the command and the phone page: ES modules with their types, a file per source
//   dist/cjs      the three entries for `require`, one file each, with types of their own
//   dist/lambdas  the deployed functions, bundled: a user of the package needs no esbuild
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { bundleLambdas } from "../lib/cdk/bundle.ts";
import { bundlePage } from "../lib/phone/bundle.ts";
import { phoneScripts } from "../lib/phone/page-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const esm = join(dist, "esm");
const cjs = join(dist, "cjs");
const entries = ["index", "tickets", "subscribers"];

/** The modules that something starts: those of the `exports`, the commands, the thread of a function. */
const modules = [
  ...entries.map((name) => `lib/${name}.js`),
  ...["sip", "app"].map((name) => `bin/${name}.js`),
  "lib/local/lambda/worker.js",
];

/** A relative import in compiled code and in types, which keep the ending of the source. */
const IMPORTED = /(from |import\()"(\.[^"]+)\.(?:ts|js)"/g;

/** Removes what no module imports at run time, such as files that only give types. */
function shipCode(): void {
  const reached = new Set<string>();
  for (const module of modules) follow(join(esm, module), ".js", reached);
  for (const file of filesIn(esm)) if (file.endsWith(".js") && !reached.has(file)) rmSync(file);
}

/** Keeps the types that the entries lead to, with the endings of the compiled files, and copies them for `require`. */
function shipTypes(): void {
  const reached = new Set<string>();
  for (const entry of entries) follow(join(esm, "lib", `${entry}.d.ts`), ".d.ts", reached);
  for (const file of filesIn(esm).filter((name) => name.endsWith(".d.ts"))) {
    const text = readFileSync(file, "utf8");
    if (!reached.has(file)) {
      rmSync(file);
      continue;
    }
    writeFileSync(file, text.replace(IMPORTED, '$1"$2.js"'));
    const copy = join(cjs, relative(esm, file)).replace(/\.d\.ts$/, ".d.cts");
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, text.replace(IMPORTED, '$1"$2.cjs"'));
  }
}

/** Adds a file and everything that it imports. */
function follow(file: string, ending: ".js" | ".d.ts", reached: Set<string>): void {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, , path = ""] of readFileSync(file, "utf8").matchAll(IMPORTED)) {
    follow(join(dirname(file), `${path}${ending}`), ending, reached);
  }
}

function bundleForRequire(): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: entries.map((name) => ({ in: `lib/${name}.ts`, out: `lib/${name}` })),
    outdir: cjs,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "error",
  });
}

/** @param name of its script and styles, as {@link bundlePage} makes them */
function shipPage(
  folder: string,
  name: string,
  others: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
): void {
  const from = join(root, "lib", folder, "page/");
  const to = join(esm, "lib", folder, "page");
  mkdirSync(to, { recursive: true });
  for (const other of others) copyFileSync(join(from, other), join(to, other));
  for (const [file, contents] of bundlePage(from, name, scripts)) writeFileSync(join(to, file), contents);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

for (const folder of [esm, cjs]) rmSync(folder, { recursive: true, force: true });
bundleLambdas();
execFileSync(
  join(root, "node_modules", ".bin", "tsc"),
  ["-p", join(root, "build", "tsconfig.json"), "--singleThreaded"],
  {
    stdio: "inherit",
    env: { ...process.env, GOGC: "off" }, // it ends before its garbage fills the memory: less work
  },
);
shipCode();
shipTypes();
bundleForRequire();
shipPage("phone", "phone", ["index.html", "icon.svg"], phoneScripts);
shipPage("live-page", "live", ["index.html"]);
