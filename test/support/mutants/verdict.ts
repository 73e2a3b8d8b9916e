// Runs all mutants of a tool in one process, whose `lib` is made to be changed.
import { linesOf } from "../program.ts";

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
  const found = await linesOf<Verdict>(program, hooks);
  return new Map(found.map((verdict) => [verdict.name, verdict]));
}
