// Runs all mutants of a tool in one process, whose `lib` is made to be changed.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface Verdict {
  /** Of the mutant. */
  readonly name: string;
  /** The seed that showed it; absent if every seed held. */
  readonly seed?: number;
  readonly noticed?: string;
  /** A finding with that seed in the code as it is. */
  readonly without?: string | undefined;
}

const hooks = new URL("./hooks.ts", import.meta.url);

/** @param program prints a verdict a line */
export async function verdicts(program: URL): Promise<ReadonlyMap<string, Verdict>> {
  const parameters = ["--disable-warning=ExperimentalWarning", "--import", hooks.href, fileURLToPath(program)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => JSON.parse(line)).map((verdict: Verdict) => [verdict.name, verdict]));
}
