// The calls that one transfer connects, by the lines of the log. An attended transfer names the call that is replaced
// (RFC 3891, RFC 5589 §7). A blind one (RFC 5589 §6) names its target: the phone that got the REFER calls it soon after.
import { withoutScheme } from "./address.ts";
import type { LogLine } from "./line.ts";

/** Time in which a phone follows a REFER. */
export const FOLLOWS_WITHIN_MILLISECONDS = 60_000;

/** The Call-ID, and those of the calls that transfers connect it with, in the order of the lines. */
export function transferGroup(callId: string, lines: readonly LogLine[]): readonly string[] {
  const links = linksIn(lines);
  const group = new Set([callId]);
  // A set visits what is added while it is visited.
  for (const one of group) {
    for (const [from, to] of links) {
      if (from === one) group.add(to);
      if (to === one) group.add(from);
    }
  }
  return [...group];
}

type Link = readonly [from: string, to: string];

function linksIn(lines: readonly LogLine[]): readonly Link[] {
  const refers = lines.filter(isRefer);
  return lines.flatMap((line): readonly Link[] => {
    const { callId, replaces } = line;
    if (callId === undefined) return [];
    const named: readonly Link[] = replaces === undefined ? [] : [[callId, replaces]];
    if (!isFirstInvite(line)) return named;
    const refer = refers.find((one) => isFollowedBy(one, line));
    return refer?.callId === undefined ? named : [...named, [refer.callId, callId]];
  });
}

export function isRefer({ method, transferTo }: LogLine): boolean {
  return method === "REFER" && transferTo !== undefined;
}

/** Within a dialog a line has the sender alone. */
export function isFirstInvite({ method, to }: LogLine): boolean {
  return method === "INVITE" && to !== undefined;
}

function isFollowedBy(refer: LogLine, invite: LogLine): boolean {
  const wait = invite.at - refer.at;
  return (
    wait >= 0 &&
    wait <= FOLLOWS_WITHIN_MILLISECONDS &&
    refer.sent.some(({ flow }) => flow === invite.flow) &&
    withoutScheme(refer.transferTo ?? "") === withoutScheme(invite.to ?? "")
  );
}
