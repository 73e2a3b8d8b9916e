// node --import ./test/support/mutants/hooks.ts test/tools/simulation/mutations/run.ts [NAME] Each mutant, or the one
// with that name, in seed after seed until its invariant is broken, and the same seed without it.
import type { Verdict } from "../../../support/mutants/verdict.ts";
import { parseWeather } from "../core/weather.ts";
import { judge } from "../invariants/invariants.ts";
import { simulate } from "../simulate.ts";
import { type Mutation, mutations } from "./mutations.ts";

/** Seeds after which a mutant must have been found. */
const SEEDS = 600;

async function finding({ weather, breaks }: Mutation, seed: number): Promise<string | undefined> {
  const run = await simulate({ seed, weather: parseWeather(weather) });
  return judge(run).find(({ invariant }) => invariant === breaks)?.message;
}

async function verdictOn(mutation: Mutation): Promise<Verdict> {
  const { name, edit, seed: known } = mutation;
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
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
