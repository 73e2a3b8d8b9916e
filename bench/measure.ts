// Timing: every library does one short batch in turn, many rounds long, so that a disturbance of the machine affects
// all of them; the median of the rounds counts.
import { type Library, type Work, WORKS } from "./library.ts";
import type { Sample } from "./messages/call.ts";

export interface Plan {
  readonly warmUpRounds: number;
  readonly timedRounds: number;
  /** Intended duration of a batch; the slowest libraries do `leastTexts` even if it takes longer. */
  readonly batchMicroseconds: number;
  readonly leastTexts: number;
}

/** Microseconds per message by library, work and sample. */
export type Timings = ReadonlyMap<Library, Readonly<Record<Work, ReadonlyMap<Sample, number>>>>;

interface Cell {
  readonly library: Library;
  readonly work: Work;
  readonly sample: Sample;
  /** Of the timed rounds. */
  readonly times: number[];
  /** In a batch. */
  texts: number;
}

export function measure(libraries: readonly Library[], samples: readonly Sample[], plan: Plan): Timings {
  const cells = inTurn(libraries, samples);
  for (let round = 0; round < plan.warmUpRounds; round += 1) {
    for (const cell of cells) {
      const fitting = Math.round(plan.batchMicroseconds / batch(cell));
      cell.texts = Math.max(plan.leastTexts, Math.min(fitting, cell.sample.texts.length * 16));
    }
  }
  for (let round = 0; round < plan.timedRounds; round += 1) {
    for (const cell of cells) cell.times.push(batch(cell));
  }
  return new Map(libraries.map((library) => [library, mediansOf(cells.filter((cell) => cell.library === library))]));
}

/** The libraries take turns on the same work and sample. */
function inTurn(libraries: readonly Library[], samples: readonly Sample[]): Cell[] {
  return WORKS.flatMap((work) =>
    samples.flatMap((sample) =>
      libraries.map((library) => ({ library, work, sample, times: [], texts: sample.texts.length })),
    ),
  );
}

function mediansOf(cells: readonly Cell[]): Record<Work, ReadonlyMap<Sample, number>> {
  const of = (work: Work): ReadonlyMap<Sample, number> =>
    new Map(cells.filter((cell) => cell.work === work).map(({ sample, times }) => [sample, median(times)]));
  return { parse: of("parse"), decide: of("decide"), forward: of("forward"), relay: of("relay") };
}

/** Written but never read, so that no work can be optimized away. */
let sink = 0;

/** Microseconds per message. Caches of the previous library are overwritten before the clock starts. */
function batch(cell: Cell): number {
  repeat(cell, Math.ceil(cell.texts / 8));
  const start = process.hrtime.bigint();
  repeat(cell, cell.texts);
  return Number(process.hrtime.bigint() - start) / 1000 / cell.texts;
}

function repeat({ library, work, sample }: Cell, texts: number): void {
  for (let index = 0; index < texts; index += 1) {
    const text = sample.texts[index % sample.texts.length] ?? "";
    if (work === "parse") sink ^= library.parse(text) === undefined ? 1 : 0;
    else if (work === "decide") sink ^= library.decide(text).cseq;
    else if (work === "forward") sink ^= library.forward(text).length;
    else sink ^= library.relay(text).length;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
