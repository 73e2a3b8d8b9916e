// Hunts for the mutants of a tool, and prints a verdict a line for `verdict.ts`.
import type { Edit } from "./edit.ts";
import type { Verdict } from "./verdict.ts";

export interface Quarry {
  /** The mistake of the mutant. */
  readonly name: string;
  readonly edit: Edit;
  /** The conditions of its runs; absent: the same for all quarries. */
  readonly weather?: string;
  /** For a rare mistake: a seed that has shown it, tried first. */
  readonly seed?: number;
}

/** Seeds after which a mutant must have been found, because each costs a run; the entry of a rarer one names its seed. */
const SEEDS = 50;
/** For one mutant alone: to find the seed that its entry names. */
const SEEDS_OF_ONE = 5000;

/** @param finding what the mutant's rule finds in a run */
export async function hunt<Q extends Quarry, Run>(
  quarries: readonly Q[],
  play: (seed: number, quarry: Q) => Promise<Run>,
  finding: (run: Run, quarry: Q) => string | undefined,
): Promise<void> {
  const [, , only] = process.argv;
  const most = only === undefined ? SEEDS : SEEDS_OF_ONE;
  const sound = new Map<string, Promise<Run>>();

  /** The run of a seed without a mutant: one for all quarries of that weather. */
  function playSound(seed: number, quarry: Q): Promise<Run> {
    const key = `${seed} ${quarry.weather}`;
    const run = sound.get(key) ?? play(seed, quarry);
    sound.set(key, run);
    return run;
  }

  /** The first seed that shows the mutant, and the finding of the same seed without it. */
  async function verdictOn(quarry: Q): Promise<Verdict> {
    const { name, edit, seed: known } = quarry;
    const seeds = Array.from({ length: most }, (_, index) => index + 1);
    for (const seed of known === undefined ? seeds : [known, ...seeds]) {
      const takeBack = edit();
      const run = await play(seed, quarry).finally(takeBack);
      const noticed = finding(run, quarry);
      if (noticed !== undefined)
        return { name, seed, noticed, without: finding(await playSound(seed, quarry), quarry) };
    }
    return { name };
  }

  for (const quarry of quarries.filter(({ name }) => only === undefined || name === only)) {
    process.stdout.write(`${JSON.stringify(await verdictOn(quarry))}\n`);
  }
}
