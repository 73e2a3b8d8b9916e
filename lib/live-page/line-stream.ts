// The lines of a deployment's log: those of the last hours, and then each as it is written.
import type { LogLine } from "../operations/line.ts";

/** The log of a deployment. */
export interface Log {
  /** Oldest first. @param from epoch milliseconds */
  readonly log: (search: { readonly from: number }) => Promise<readonly LogLine[]>;
  /** Lines that are written from then on, until the signal aborts. @param from epoch milliseconds */
  readonly follow: (signal: AbortSignal, from: number) => AsyncIterable<LogLine>;
}

/** Lines that were found in both searches have been written this long before the second one. */
const OVERLAP_MILLISECONDS = 60_000;

/** Ends when the signal aborts. @param from epoch milliseconds */
export async function* lineStream({ log, follow }: Log, from: number, signal: AbortSignal): AsyncGenerator<LogLine> {
  const followedFrom = Date.now();
  const earlier = await log({ from });
  yield* earlier;
  const recent = earlier.filter(({ at }) => at > followedFrom - OVERLAP_MILLISECONDS);
  const seen = new Set(recent.map((line) => JSON.stringify(line)));
  for await (const line of follow(signal, followedFrom)) if (!seen.has(JSON.stringify(line))) yield line;
}
