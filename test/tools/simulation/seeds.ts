// The seeds of `simulation.test.ts`, in a process of their own: jest's context takes a fifth more time for them.
import { factName } from "./fact-name.ts";
import { judgedRun } from "./judged-run.ts";

export const RUNS = 1000;
export const PARTS = 10;

/** The result of a tenth of the seeds. */
export interface Part {
  /** The ladder of the first run that broke an invariant; empty if each held. */
  readonly broken: string;
  /** Facts by their names. */
  readonly seen: Readonly<Record<string, number>>;
}

async function play(part: number): Promise<Part> {
  const size = RUNS / PARTS;
  const seen: Record<string, number> = {};
  for (let seed = part * size + 1; seed <= (part + 1) * size; seed += 1) {
    try {
      const { facts } = await judgedRun({ seed });
      for (const fact of facts) seen[factName(fact)] = (seen[factName(fact)] ?? 0) + 1;
    } catch (error) {
      return { broken: error instanceof Error ? (error.stack ?? error.message) : String(error), seen };
    }
  }
  return { broken: "", seen };
}

if (import.meta.main) {
  for (let part = 0; part < PARTS; part += 1) process.stdout.write(`${JSON.stringify(await play(part))}\n`);
}
