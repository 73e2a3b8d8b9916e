// node --import ./test/support/mutants/hooks.ts test/tools/fuzz/mutations/run.ts [NAME] Each mutant, or the one with
// that name, in story after story until its oracle finds it, and the same story without it.
import type { Verdict } from "../../../support/mutants/verdict.ts";
import { tellStory } from "../story.ts";
import { type Mutation, mutations } from "./mutations.ts";

/** Stories after which a mutant must have been found. */
const STORIES = 1500;

async function finding({ breaks }: Mutation, seed: number): Promise<string | undefined> {
  const { finding: found } = await tellStory(seed);
  return found?.oracle === breaks ? found.message : undefined;
}

async function verdictOn(mutation: Mutation): Promise<Verdict> {
  const { name, edit, seed: known } = mutation;
  const seeds = Array.from({ length: STORIES }, (_, index) => index + 1);
  for (const seed of known === undefined ? seeds : [known, ...seeds]) {
    const takeBack = edit();
    const noticed = await finding(mutation, seed).finally(takeBack);
    if (noticed !== undefined) return { name, seed, noticed, without: await finding(mutation, seed) };
  }
  return { name };
}

const [, , only] = process.argv;
for (const mutation of mutations.filter(({ name }) => only === undefined || name === only)) {
  process.stdout.write(`${JSON.stringify(await verdictOn(mutation))}\n`);
}
