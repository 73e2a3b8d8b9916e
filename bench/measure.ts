// Timing: every library does one short batch in turn, many rounds long, so that what disturbs the machine disturbs all of
// them; the median of the rounds counts.
import type { Library } from "./library.ts";
import type { Sample } from "./messages/call.ts";

export const WORKS = ["parse", "decide", "forward"] as const;
export type Work = (typeof WORKS)[number];

export interface Rounds {
  readonly warmUp: number;
  readonly timed: number;
}

/** Microseconds per message by library, work and sample. */
export type Timings = ReadonlyMap<Library, Readonly<Record<Work, ReadonlyMap<Sample, number>>>>;

export function measure(libraries: readonly Library[], samples: readonly Sample[], rounds: Rounds): Timings {
  const cells = libraries.flatMap((library) =>
    WORKS.flatMap((work) => samples.map((sample) => ({ library, work, sample, times: [] as number[] }))),
  );
  const order = interleaved(cells, libraries);
  for (let round = -rounds.warmUp; round < rounds.timed; round += 1) {
    for (const { library, work, sample, times } of order) {
      const micros = batch(library, work, sample.texts);
      if (round >= 0) times.push(micros);
    }
  }
  return new Map(
    libraries.map((library) => {
      const medians = (work: Work) =>
        new Map(
          cells
            .filter((cell) => cell.library === library && cell.work === work)
            .map((cell) => [cell.sample, median(cell.times)]),
        );
      return [library, { parse: medians("parse"), decide: medians("decide"), forward: medians("forward") }];
    }),
  );
}

/** The libraries take turns on the same sample and work. */
function interleaved<C extends { readonly work: Work; readonly sample: Sample; readonly library: Library }>(
  cells: readonly C[],
  libraries: readonly Library[],
): C[] {
  const perLibrary = cells.length / libraries.length;
  return cells.map((_, index) => {
    const turn = index % libraries.length;
    const cell = cells[turn * perLibrary + Math.floor(index / libraries.length)];
    if (cell === undefined) throw new RangeError("cells do not divide among the libraries");
    return cell;
  });
}

let sink = 0;

function batch(library: Library, work: Work, texts: readonly string[]): number {
  const start = process.hrtime.bigint();
  if (work === "parse") for (const text of texts) sink ^= library.parse(text) === undefined ? 1 : 0;
  else if (work === "decide") for (const text of texts) sink ^= library.decide(text).cseq;
  // Reading its last character makes a text of many pieces one flat string, as sending it would.
  else for (const text of texts) sink ^= lastCharacter(library.forward(text));
  return Number(process.hrtime.bigint() - start) / 1000 / texts.length;
}

function lastCharacter(text: string): number {
  return text.charCodeAt(text.length - 1);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
