// Runs all mutants of a tool in one process, whose `lib` is made to be changed.
import { linesOf } from "../program.ts";
import { mutableLib } from "./mutable.ts";

export interface Verdict {
  /** Of the mutant. */
  readonly name: string;
  /** The seed that showed it; absent if every seed held. */
  readonly seed?: number;
  readonly noticed?: string;
  /** A finding with that seed in the code as it is. */
  readonly without?: string | undefined;
}

/**
 * @param program prints a verdict a line
 * @param only the name of one mutant
 */
export async function verdicts(program: URL, ...only: readonly string[]): Promise<ReadonlyMap<string, Verdict>> {
  const found = await linesOf<Verdict>(program, mutableLib, only);
  return new Map(found.map((verdict) => [verdict.name, verdict]));
}
