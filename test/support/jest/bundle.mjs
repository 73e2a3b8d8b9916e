// All test files of a run with everything of this repository that they import, as one script. Loaded module by module, as
// jest does it, a test file of 50 ms took 700 ms, and each file left 7 MB behind that its process never freed.
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Packages in the script, because `require` gives the default export of an ES module another place. Node loads the others. */
const inScript = /^(@middy\/core|@bomb\.sh\/tab)(\/|$)/;

const modules = {
  name: "modules",
  setup({ onResolve, onLoad }) {
    // examples import the package by its name
    onResolve({ filter: /^sip-serverless(\/.+)?$/ }, ({ path }) => ({
      path: `${root}lib/${path.split("/")[1] ?? "index"}.ts`,
    }));
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) =>
      kind === "entry-point" || importer.includes("/node_modules/") || inScript.test(path)
        ? undefined
        : { external: true },
    );
    // only Node itself awaits at the top level of a module
    onResolve({ filter: /\/lambdas\/[^/]+\.ts$/ }, ({ path, kind, importer }) =>
      kind === "dynamic-import" ? { path: new URL(path, pathToFileURL(importer)).href, external: true } : undefined,
    );
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const url = `const sourceUrl = ${JSON.stringify(pathToFileURL(path).href)}; `;
      return { contents: source.includes("import.meta.url") ? url + source : source, loader: "ts" };
    });
  },
};

/** Writes the script, a function that adds one for each test file to `testFiles`, and its source map, `outfile + ".map"`. */
export async function bundle(testFiles, outfile) {
  const entries = testFiles.map((file) => {
    const path = JSON.stringify(relative(root, file));
    return `${path}: () => require("./" + ${path}),`;
  });
  await build({
    stdin: { contents: `Object.assign(testFiles, {\n${entries.join("\n")}\n});`, resolveDir: root },
    outfile,
    absWorkingDir: root,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: `node${process.versions.node}`,
    define: { "import.meta.url": "sourceUrl", "import.meta.main": "false" },
    banner: { js: "((testFiles, require) => {" },
    footer: { js: "})" },
    sourcemap: "external",
    sourcesContent: false,
    plugins: [modules],
    logLevel: "error",
  });
}
