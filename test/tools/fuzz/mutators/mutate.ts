import type { Random } from "../../simulation/core/random.ts";
import { byteMutators } from "./bytes.ts";
import { fragmentMutators } from "./fragments.ts";
import { lineMutators } from "./lines.ts";
import type { Mutator, Pool } from "./mutator.ts";
import { numberMutators } from "./numbers.ts";
import { spliceMutators } from "./splice.ts";
import { structureMutators } from "./structure.ts";

/** Kinds of damage, and how often each is chosen. */
const kinds: readonly (readonly [weight: number, mutators: readonly Mutator[]])[] = [
  [2, byteMutators],
  [3, fragmentMutators],
  [3, lineMutators],
  [2, numberMutators],
  [1, spliceMutators],
  [5, structureMutators],
];

const total = kinds.reduce((sum, [weight]) => sum + weight, 0);

/** API Gateway carries 128 KB; messages slightly above it still arrive if their characters have one octet. */
const LONGEST = 132_000;

/** Alters a text one to four times, mostly once. */
export function mutate(text: string, random: Random, pool: Pool): string {
  let bent = text;
  do bent = pick(random)(bent, random, pool).slice(0, LONGEST);
  while (random.chance(0.4));
  return bent.toWellFormed(); // a WebSocket text message is UTF-8
}

function pick(random: Random): Mutator {
  let rank = random.between(1, total);
  const [, mutators = byteMutators] = kinds.find(([weight]) => (rank -= weight) <= 0) ?? [];
  return mutators[random.between(0, mutators.length - 1)] ?? ((text) => text);
}
