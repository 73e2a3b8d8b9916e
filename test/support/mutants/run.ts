// node test/support/mutants/run.ts test/tools/simulation/mutations/run.ts NAME
// Prints the verdict on one mutant of a tool. It is tried in more seeds than in a test.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { verdicts } from "./verdict.ts";

const [, , program = "", name = ""] = process.argv;
for (const verdict of (await verdicts(pathToFileURL(resolve(program)), name)).values()) {
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
