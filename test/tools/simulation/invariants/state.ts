// No state outlives its call by more than its expiry says, and no expiry comes before the call is over: a row that is
// gone when its timer fires or its CANCEL arrives is lost.
import { BYE_AGAIN_SECONDS, CALL_ROW_SECONDS } from "../../../../lib/sip/policy/calls.ts";
import type { ResponseContext } from "../../../../lib/sip/state/response-context.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Three times 64*T1, in milliseconds: how long a row may outlive the ring time of its call. */
const LINGERS = 96_000;

/**
 * Milliseconds that a row may live on. A call that is not ended keeps it for twelve hours; one that the server has ended, until
 * the last repetition of its BYEs.
 */
function longest({ call }: ResponseContext, usual: number): number {
  if (call === undefined || call.ended?.why === "hung up") return usual;
  return call.ended === undefined ? CALL_ROW_SECONDS * 1000 : Math.max(usual, BYE_AGAIN_SECONDS * 1000);
}

/** A connection lives two hours at most. */
const LONGEST_CONNECTION = 7_200_000;

export function stateEndsWithItsCall({ contexts, run, factsOfKind }: Story): readonly Problem[] {
  const problems: Problem[] = [];
  const usual = run.settings.ringSeconds * 1000 + LINGERS;
  for (const { callId, versions, timers } of contexts.values()) {
    for (const { fact, context } of versions) {
      const ends = momentOf(context.expiresAt);
      if (ends > fact.at + longest(context, usual) + PROMPTLY)
        problems.push({
          at: fact.at,
          callId,
          message: `a row that ends at ${seconds(ends)} was stored at ${seconds(fact.at)}`,
        });
      if (context.state !== "proceeding") continue;
      const timer = timers.find(({ timer }) => timer.epoch === context.epoch)?.timer;
      if (timer !== undefined && timer.dueAt > ends) {
        problems.push({
          at: fact.at,
          callId,
          message: `a row ends at ${seconds(ends)}, before its timer is due at ${seconds(timer.dueAt)}`,
        });
      }
    }
  }
  for (const fact of factsOfKind("stored")) {
    const { change } = fact;
    const ends =
      change.kind === "flow"
        ? [change.record.expiresAt]
        : change.kind === "registration"
          ? change.registration.bindings.map(({ expiresAt }) => expiresAt)
          : [];
    const most = change.kind === "flow" ? LONGEST_CONNECTION : run.settings.registration.max * 1000;
    for (const end of ends) {
      if (momentOf(end) > fact.at + most + PROMPTLY)
        problems.push({ at: fact.at, message: `a ${change.kind} was stored until ${seconds(momentOf(end))}` });
    }
  }
  return problems;
}
