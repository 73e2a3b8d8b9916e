// The members of a group ring one after the other where its policy says so (RFC 3261 §16.6): of the branches that may still
// answer, all are of one member, except those that have been told to stop.
import { isPending, type ResponseContext } from "../../../../lib/sip/state/response-context.ts";
import { DAWN } from "../cloud/lambda.ts";
import type { Story } from "../story/story.ts";
import { delaysOf } from "./final-answer.ts";
import type { Problem } from "./violation.ts";

export function oneMemberRingsAtATime({ contexts }: Story): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { callId, versions } of contexts.values()) {
    for (const { fact, context } of versions) {
      if (context.turnSeconds === undefined) continue;
      const ringing = context.branches.filter((branch) => isPending(branch) && branch.cancel === undefined);
      const members = new Set(ringing.map(({ target }) => target.aor));
      if (members.size > 1) {
        problems.push({ at: fact.at, callId, message: `${[...members].join(" and ")} ring at the same time` });
      }
    }
  }
  return problems;
}

/**
 * Milliseconds after the end of a turn within which the next one begins, besides the delays of its timers: one whose Lambda fails
 * comes again after the visibility timeout, which is 168 s where HTTP callees are served (lib/cdk/timer-queue.ts).
 */
const PATIENCE = 90_000;

/** A turn ends by its time: a member that neither answers nor refuses does not keep the others waiting. */
export function everyTurnEnds(story: Story): readonly Problem[] {
  const problems: Problem[] = [];
  for (const context of story.contexts.values()) {
    const { callId, versions, timers } = context;
    const patience = PATIENCE + delaysOf(context, story);
    for (const [index, version] of versions.entries()) {
      const { turnEndsAt, epoch } = version.context;
      // A Lambda that failed before it had set the timer has answered 500, and the caller knows.
      const isTimed = timers.some(({ timer }) => timer.epoch === epoch);
      if (turnEndsAt === undefined || !hasNext(version.context) || !isTimed) continue;
      const latest = (turnEndsAt - DAWN) * 1000 + patience;
      const next = versions
        .slice(index + 1)
        .find(({ context: later }) => later.turnEndsAt !== turnEndsAt || !hasNext(later));
      if (next !== undefined && next.fact.at <= latest) continue;
      problems.push({ at: latest, callId, message: `the turn of ${turnEndsAt - DAWN} s has not ended` });
      break;
    }
  }
  return problems;
}

function hasNext({ state, isCancelled, waiting }: ResponseContext): boolean {
  return state === "proceeding" && !isCancelled && waiting.length > 0;
}
