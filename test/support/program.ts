// Programs of tools that run in a process of their own: with code that jest does not load, or faster than in its context.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const flags = ["--disable-warning=ExperimentalWarning", "--min-semi-space-size=32", "--max-semi-space-size=64"];

/** Resolves to the values that the program prints, one as JSON on each line. @param hooks a module for `node --import` */
export async function linesOf<T>(program: URL, hooks?: URL): Promise<readonly T[]> {
  const parameters = [...flags, ...(hooks === undefined ? [] : ["--import", hooks.href]), fileURLToPath(program)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { maxBuffer: 1e8 });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
