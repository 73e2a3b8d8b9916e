// A phone that registers again is in one place: its former connection is closed, so that nothing is sent there any
// more, even if the gateway would have kept it open for minutes.
import type { Binding } from "../../../../lib/sip/state/registration.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Milliseconds: the connection of a younger binding stays, so that a late REGISTER does not close the newer one. */
const YOUNG = 30_000;

/**
 * Not required where a Lambda was disturbed after the binding was stored, where AWS may have failed to close, or where a later
 * write met a conflict: the decision that is taken again does not know the former connection any more, which carries nothing.
 */
export function aPhoneIsInOnePlace(story: Story): readonly Problem[] {
  if (story.run.weather.fault > 0) return [];
  const bound = new Map<string, readonly Binding[]>();
  const problems: Problem[] = [];
  for (const fact of story.factsOfKind("stored")) {
    if (fact.change.kind !== "registration") continue;
    const { aor, bindings } = fact.change.registration;
    for (const { flow, instance, registeredAt } of bound
      .get(aor)
      ?.filter(({ expiresAt }) => momentOf(expiresAt) > fact.at + PROMPTLY) ?? []) {
      const isOld = momentOf(registeredAt) < fact.at - YOUNG - PROMPTLY;
      const isMoved =
        isOld && instance !== undefined && bindings.some((one) => one.instance === instance && one.flow !== flow);
      const closed = story.flows.get(flow)?.closed ?? 0;
      const isDecidedAgain = story.factsOf(fact.by).some(({ kind, order }) => kind === "refused" && order > fact.order);
      if (!isMoved || isDecidedAgain || !story.isSound(fact.by) || closed <= fact.at + PROMPTLY) continue;
      const message = `λ${fact.by.id} bound ${instance} elsewhere, and ${flow} was open until ${seconds(closed)}`;
      problems.push({ at: fact.at, message });
    }
    bound.set(aor, bindings);
  }
  return problems;
}
