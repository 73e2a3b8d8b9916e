// Lines of the log of a network in memory, and the ladder of one of its calls.
import { type Ladder, ladderOf } from "../../../lib/operations/ladder/ladder.ts";
import { type LogLine, readLine } from "../../../lib/operations/line.ts";
import type { Network } from "../../support/phone/network.ts";

export function linesOf({ notes }: Network): readonly LogLine[] {
  const lines = notes.map(({ event, fields }, at) =>
    readLine(1_800_000_000_000 + at * 7, JSON.stringify({ message: event, ...fields })),
  );
  return lines.filter((line) => line !== undefined);
}

export function ladderIn(network: Network, callId: string): Ladder {
  const ladder = ladderOf(linesOf(network).filter((line) => line.callId === callId));
  if (ladder === undefined) throw new Error("no ladder");
  return ladder;
}
