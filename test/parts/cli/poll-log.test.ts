import { describe, expect, test } from "@jest/globals";
import { pollLog } from "../../../lib/cli/poll-log.ts";
import { type LogLine, readLine } from "../../../lib/operations/line.ts";

const START = 1_800_000_000_000;

interface Written {
  readonly line: LogLine;
  /** Epoch milliseconds from which a search finds it. */
  readonly foundFrom: number;
}

/** Lines at an even rate. @param lateness milliseconds until a search finds the line of that number */
function writtenLog(seconds: number, perSecond: number, lateness: (number: number) => number): readonly Written[] {
  return Array.from({ length: seconds * perSecond }, (_, number) => {
    const at = START + Math.floor((number * 1000) / perSecond);
    const line = readLine(
      at,
      JSON.stringify({ message: "INVITE", flow: String(number), sip: { call_id: String(number) } }),
    );
    if (line === undefined) throw new Error("no line");
    return { line, foundFrom: at + lateness(number) };
  });
}

/** Follows the log until every line has come, or the searches have passed its end by a minute. */
async function followed(log: readonly Written[], most: number): Promise<readonly string[]> {
  let now = START;
  const [ended, numbers] = [new AbortController(), new Array<string>()];
  const end = (log.at(-1)?.line.at ?? START) + 60_000;
  const search = {
    most,
    now: () => now,
    wait: (milliseconds: number) => Promise.resolve((now += milliseconds)),
    read: (from: number) => {
      now += 1500; // a query takes its time
      if (now > end) ended.abort();
      const found = log.filter(({ line, foundFrom }) => line.at >= from && foundFrom <= now).map(({ line }) => line);
      return Promise.resolve(found.slice(0, most));
    },
  };
  for await (const { flow = "" } of pollLog(search, ended.signal, START)) numbers.push(flow);
  return numbers;
}

describe("following a log that can only be searched", () => {
  test("keeps up with 50 calls a second: each line once, though some are found 14 s late", async () => {
    const log = writtenLog(20, 50 * 7, (number) => (number % 7) * 2000);
    const numbers = await followed(log, 10_000);
    expect(numbers).toHaveLength(log.length);
    expect(new Set(numbers).size).toBe(log.length);
  });

  test("goes on where a search was cut, when there are more lines than it can give", async () => {
    const log = writtenLog(20, 350, () => 0);
    const numbers = await followed(log, 1000);
    expect(new Set(numbers).size).toBe(log.length);
    expect(numbers).toHaveLength(log.length);
  });
});
