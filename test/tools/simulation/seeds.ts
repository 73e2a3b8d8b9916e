// The seeds of `simulation.test.ts`, in one process of their own: jest's context takes a fifth more time for them, and the
// first fifty of a process twice the time of the others.
import { parseWeather } from "./core/weather.ts";
import { examples } from "./examples.ts";
import { factName } from "./fact-name.ts";
import { judgedRun } from "./judged-run.ts";
import type { Run } from "./simulate.ts";
import { playWatching, type WatchingResults } from "./watchers/seeds.ts";

export const RUNS = 1000;
export const PARTS = 10;

export interface Results {
  readonly parts: readonly Part[];
  /** Of each example: the ladder of the invariant that it broke; empty if each held. */
  readonly examples: readonly string[];
  readonly watching: WatchingResults;
}

/** The result of a tenth of the seeds. */
interface Part {
  /** The ladder of the first run that broke an invariant; empty if each held. */
  readonly broken: string;
  /** Facts by their names. */
  readonly seen: Readonly<Record<string, number>>;
}

async function play(part: number): Promise<Part> {
  const size = RUNS / PARTS;
  const seen: Record<string, number> = {};
  for (let seed = part * size + 1; seed <= (part + 1) * size; seed += 1) {
    const broken = await brokenIn(judgedRun({ seed }), ({ facts }) => {
      for (const name of facts.map(factName)) seen[name] = (seen[name] ?? 0) + 1;
    });
    if (broken !== "") return { broken, seen };
  }
  return { broken: "", seen };
}

async function brokenIn(run: Promise<Run>, look: (run: Run) => void = () => undefined): Promise<string> {
  try {
    look(await run);
    return "";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function playAll(): Promise<Results> {
  const parts: Part[] = [];
  for (let part = 0; part < PARTS; part += 1) parts.push(await play(part));
  const broken: string[] = [];
  for (const { seed, weather } of examples) {
    const options = weather === undefined ? { seed } : { seed, weather: parseWeather(weather) };
    broken.push(await brokenIn(judgedRun(options, weather === undefined ? "" : ` --weather ${weather}`)));
  }
  return { parts, examples: broken, watching: await playWatching() };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await playAll())}\n`);
