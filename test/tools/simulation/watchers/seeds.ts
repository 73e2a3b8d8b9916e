// The seeds of the notifier.
import { judgeWatching } from "./invariants.ts";
import { simulateWatching } from "./simulate.ts";

export const WATCHING_RUNS = 100;

export interface WatchingResults {
  /** The first problem of a seed; empty if every rule held. */
  readonly broken: string;
  /** NOTIFYs that arrived, and those that found no connection. */
  readonly arrived: number;
  readonly gone: number;
}

export async function playWatching(): Promise<WatchingResults> {
  let [arrived, gone] = [0, 0];
  for (let seed = 1; seed <= WATCHING_RUNS; seed += 1) {
    const run = await simulateWatching(seed);
    const [broken] = judgeWatching(run);
    if (broken !== undefined) {
      return { broken: `seed ${seed} breaks "${broken.rule}": ${broken.problem}`, arrived, gone };
    }
    for (const fact of run.facts) {
      if (fact.kind === "arrived" && fact.wire.method === "NOTIFY") arrived += 1;
      if (fact.kind === "posted" && fact.result === "gone" && fact.wire.method === "NOTIFY") gone += 1;
    }
  }
  return { broken: "", arrived, gone };
}
