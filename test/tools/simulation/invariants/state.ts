// No state outlives its call by more than its expiry says, and no expiry comes before the call is over: a row that is
// gone when its timer fires or its CANCEL arrives is lost.
import { CALL_ROW_SECONDS } from "../../../../lib/sip/policy/calls.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Three times 64*T1, in milliseconds: how long a row may outlive the ring time of its call. */
const LINGERS = 96_000;

/** A call that is not ended keeps its row for twelve hours. */
const LONGEST_CALL = CALL_ROW_SECONDS * 1000 + PROMPTLY;

/** A connection lives two hours at most. */
const LONGEST_CONNECTION = 7_200_000;

export function stateEndsWithItsCall({ contexts, run }: Story): readonly Problem[] {
  const problems: Problem[] = [];
  const longest = run.settings.ringSeconds * 1000 + LINGERS + PROMPTLY;
  for (const { callId, versions, timers } of contexts.values()) {
    for (const { fact, context } of versions) {
      const ends = momentOf(context.expiresAt);
      const isCall = context.call !== undefined && context.call.ended === undefined;
      if (ends > fact.at + (isCall ? LONGEST_CALL : longest))
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
  for (const fact of run.facts) {
    if (fact.kind !== "stored") continue;
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
