// A mutant: the fuzzer bundled with a changed `lib`, and run by itself until an oracle has noticed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { mutating, output } from "../../simulation/mutations/mutant.ts";
import type { Mutation } from "./mutations.ts";

const RUN = new URL("../run.ts", import.meta.url);

/** The line of `npm run fuzz -- --json` about the first story that is broken; "" if none of so many is. */
export async function runMutant(mutation: Mutation, stories: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    const outfile = join(folder, "run.mjs");
    await build({
      entryPoints: [fileURLToPath(RUN)],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node24",
      logLevel: "silent",
      define: { "import.meta.url": JSON.stringify(RUN.href) }, // the corpus is read from where it is
      plugins: [mutating(mutation)],
    });
    const run = (seed: number, count: number): Promise<string> =>
      output([outfile, "--json", "--oracle", mutation.breaks, "--seed", `${seed}`, "--stories", `${count}`]);
    const known = mutation.seed === undefined ? "" : await run(mutation.seed, 1);
    return known === "" ? await run(1, stories) : known;
  } finally {
    await rm(folder, { recursive: true });
  }
}
