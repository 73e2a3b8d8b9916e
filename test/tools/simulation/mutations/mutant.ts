// A mutant: the simulation bundled with a changed `lib`, and run by itself until an invariant is broken.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Mutation } from "./mutations.ts";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

export interface Verdict {
  /** Seed of the run that broke it; undefined if all of them held. */
  readonly seed?: number;
  readonly message?: string;
}

/** The mutation stands for code that has changed since. */
export class MutationError extends Error {
  readonly code = "ERR_MUTATION";
}

/** Runs seeds until the invariant that must notice has noticed: the one where it did before, then from 1 on. */
export async function runMutant(mutation: Mutation, runs: number): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    const outfile = join(folder, "run.mjs");
    await build({
      entryPoints: [join(ROOT, "test/tools/simulation/run.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node24",
      logLevel: "silent",
      plugins: [mutating(mutation)],
    });
    const run = async (seed: number, count: number): Promise<Verdict> => {
      const options = ["--weather", mutation.weather, "--invariant", mutation.breaks, "--json"];
      return verdictOf(await output([outfile, "--seed", String(seed), "--runs", String(count), ...options]));
    };
    const first = mutation.seed === undefined ? undefined : await run(mutation.seed, 1);
    return first?.seed === undefined ? await run(1, runs) : first;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Changes a file of `lib` on its way into a bundle. */
export function mutating({ file, edits, name }: Pick<Mutation, "file" | "edits" | "name">): Plugin {
  const path = join(ROOT, "lib", file);
  return {
    name: "mutation",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async (loaded) => {
        if (loaded.path !== path) return undefined;
        let text = await readFile(path, "utf8");
        for (const [find, replace] of edits) {
          const parts = text.split(find);
          if (parts.length !== 2)
            throw new MutationError(`"${name}" finds its text ${parts.length - 1} times in ${file}: ${find}`);
          text = parts.join(replace);
        }
        return { contents: text, loader: "ts" };
      });
    },
  };
}

/** What a Node with these parameters prints. */
export function output(parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data: Buffer) => (text += data.toString("utf8")));
    child.on("error", reject);
    child.on("close", () => resolve(text));
  });
}

function verdictOf(text: string): Verdict {
  const line = text.split("\n")[0] ?? "";
  if (line === "") return {};
  const value: unknown = JSON.parse(line);
  if (typeof value === "object" && value !== null && "seed" in value && "message" in value) {
    const { seed, message } = value;
    if (typeof seed === "number" && typeof message === "string") return { seed, message };
  }
  throw new TypeError(`not a violation: ${line}`);
}
