// The lines of a call and of the calls that transfers connect it with. Each search of the log is of one call or of the minute
// after or before a message, because CloudWatch bills the bytes of the time that is searched.
import type { LogLine } from "../operations/line.ts";
import { FOLLOWS_WITHIN_MILLISECONDS, isFirstInvite, isRefer, transferGroup } from "../operations/transfers.ts";
import type { Deployment } from "./deployment.ts";
import type { LogSearch } from "./log-search.ts";

/** Calls that are followed at most: a phone that sends REFER in a loop would make the search endless. */
const MOST_CALLS = 20;

/** Oldest first. @param from epoch milliseconds */
export async function linesOfTransfer(
  deployment: Pick<Deployment, "log">,
  callId: string,
  from: number,
): Promise<readonly LogLine[]> {
  const found = new Map<string, LogLine>();
  const search = async (wanted: LogSearch) => {
    const lines = await deployment.log(wanted);
    for (const line of lines) found.set(JSON.stringify(line), line);
    return lines;
  };
  const searched = new Set<string>();
  let group: readonly string[] = [callId];
  for (let next: string | undefined = callId; next !== undefined && searched.size < MOST_CALLS; ) {
    searched.add(next);
    for (const around of searchesAround(await search({ from, callId: next }))) await search(around);
    group = transferGroup(callId, [...found.values()]);
    next = group.find((one) => !searched.has(one));
  }
  const wanted = new Set(group);
  return [...found.values()]
    .filter((line) => line.callId !== undefined && wanted.has(line.callId))
    .toSorted((one, other) => one.at - other.at);
}

/** The INVITEs of phones that got a REFER, and the REFERs before the first INVITE. */
function searchesAround(lines: readonly LogLine[]): readonly LogSearch[] {
  const invite = lines.find(isFirstInvite);
  const before = invite && { from: invite.at - FOLLOWS_WITHIN_MILLISECONDS, until: invite.at, method: "REFER" };
  const after = lines
    .filter(isRefer)
    .flatMap(({ at, sent }) =>
      sent.map(({ flow }) => ({ from: at, until: at + FOLLOWS_WITHIN_MILLISECONDS, method: "INVITE", flow })),
    );
  return [...(before ? [before] : []), ...after];
}
