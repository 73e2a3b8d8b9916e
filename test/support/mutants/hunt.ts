// Hunts for the mutants of a tool, and prints a verdict a line for `verdict.ts`. `run.ts NAME` hunts for one of them.
import type { Edit } from "./edit.ts";
import type { Verdict } from "./verdict.ts";

export interface Quarry {
  /** The mistake of the mutant. */
  readonly name: string;
  readonly edit: Edit;
  /** For a rare mistake: a seed that has shown it, tried first. */
  readonly seed?: number;
}

/** Seeds after which a mutant must have been found, because each costs a run; the entry of a rarer one names its seed. */
const SEEDS = 50;
/** For one mutant alone: to find the seed that its entry names. */
const SEEDS_OF_ONE = 5000;

/** @param finding what the mutant's rule finds in the run of that seed */
export async function hunt<Q extends Quarry>(
  quarries: readonly Q[],
  finding: (quarry: Q, seed: number) => Promise<string | undefined>,
): Promise<void> {
  const [, , only] = process.argv;
  for (const quarry of quarries.filter(({ name }) => only === undefined || name === only)) {
    const verdict = await verdictOn(quarry, only === undefined ? SEEDS : SEEDS_OF_ONE, finding);
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
  }
}

/** The first seed that shows the mutant, and the finding of the same seed without it. */
async function verdictOn<Q extends Quarry>(
  quarry: Q,
  most: number,
  finding: (quarry: Q, seed: number) => Promise<string | undefined>,
): Promise<Verdict> {
  const { name, edit, seed: known } = quarry;
  const seeds = Array.from({ length: most }, (_, index) => index + 1);
  for (const seed of known === undefined ? seeds : [known, ...seeds]) {
    const takeBack = edit();
    const noticed = await finding(quarry, seed).finally(takeBack);
    if (noticed !== undefined) return { name, seed, noticed, without: await finding(quarry, seed) };
  }
  return { name };
}
