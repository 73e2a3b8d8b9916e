// The seeds of `watchers.test.ts`, in a process of their own: jest's context takes more time for them.
import { judgeWatching } from "./invariants.ts";
import { simulateWatching } from "./simulate.ts";

export const RUNS = 200;

export interface WatchResults {
  /** The first problem of a seed; empty if every rule held. */
  readonly broken: string;
  /** NOTIFYs that arrived, and those that found no connection. */
  readonly arrived: number;
  readonly gone: number;
}

async function play(): Promise<WatchResults> {
  let [arrived, gone] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed += 1) {
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

if (import.meta.main) process.stdout.write(`${JSON.stringify(await play())}\n`);
