// Programs of tools that run in a process of their own: with code that jest does not load, or faster than in its context.
// Each is one script, made by esbuild: to load some hundred files and strip their types took Node a second.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";

/** Other code in place of the code of a folder. */
export interface Rewriting {
  readonly folder: URL;
  /** @param code TypeScript @returns TypeScript */
  rewrite(code: string): string;
  /** A module that is loaded first. Its exports have their names in all modules of the program. */
  readonly globals: URL;
}

/** Garbage is collected seldom, and by one thread: several of them wait for each other on a busy machine. */
const flags = [
  "--disable-warning=ExperimentalWarning",
  "--single-threaded-gc",
  "--min-semi-space-size=256",
  "--max-semi-space-size=256",
  "--input-type=module",
  "--enable-source-maps",
];

/** Resolves to the values that the program prints, one as JSON on each line. */
export async function linesOf<T>(
  program: URL,
  rewriting?: Rewriting,
  parameters: readonly string[] = [],
): Promise<readonly T[]> {
  const script = await scriptOf(program, rewriting);
  const running = promisify(execFile)(process.execPath, [...flags, "-", ...parameters], { maxBuffer: 1e8 });
  running.child.stdin?.end(script);
  const { stdout } = await running;
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

async function scriptOf(program: URL, rewriting: Rewriting | undefined): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(program)],
    write: false,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: `node${process.versions.node}`,
    inject: rewriting === undefined ? [] : [fileURLToPath(rewriting.globals)],
    define: { "import.meta.url": "sourceUrl" },
    plugins: [sources(rewriting)],
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "error",
  });
  return outputFiles.map(({ text }) => text).join("");
}

function sources(rewriting: Rewriting | undefined): Plugin {
  return {
    name: "sources",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const url = pathToFileURL(path).href;
        const source = await readFile(path, "utf8");
        const code =
          rewriting !== undefined && url.startsWith(rewriting.folder.href) ? rewriting.rewrite(source) : source;
        const place = code.includes("import.meta.url") ? `const sourceUrl = ${JSON.stringify(url)}; ` : "";
        return { contents: place + code, loader: "ts" };
      });
    },
  };
}
