// Follows a log that can only be searched. Lines come into it some seconds after they were written, so each search goes back that
// far, and skips lines that were returned before.
import { setTimeout } from "node:timers/promises";
import type { LogLine } from "../operations/line.ts";

export interface Search {
  /** Oldest first; the oldest `most` if there are more. @param from epoch milliseconds */
  readonly read: (from: number) => Promise<readonly LogLine[]>;
  readonly most: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

const LATE_MILLISECONDS = 15_000;
const POLL_MILLISECONDS = 2000;

/** Ends when the signal aborts. @param since epoch milliseconds */
export async function* pollLog(
  { read, most, now = Date.now, wait = setTimeout }: Search,
  signal: AbortSignal,
  since: number,
): AsyncGenerator<LogLine> {
  const seen = new Map<string, number>();
  let from = since;
  while (!signal.aborted) {
    const start = from - LATE_MILLISECONDS;
    const searchedAt = now();
    const lines = await read(start);
    for (const line of lines) {
      const key = JSON.stringify(line);
      if (!seen.has(key)) yield line;
      seen.set(key, line.at);
    }
    const last = lines.at(-1)?.at ?? start;
    const isCut = lines.length >= most && last > start;
    from = isCut ? last + LATE_MILLISECONDS : searchedAt;
    for (const [key, at] of seen) if (at < from - 2 * LATE_MILLISECONDS) seen.delete(key);
    if (!isCut) await wait(POLL_MILLISECONDS);
  }
}
