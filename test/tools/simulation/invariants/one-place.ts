// A phone that registers anew is in one place: the connection it had before is closed, so that nothing is sent there any
// more, even if the gateway would have believed in it for minutes.
import type { Binding } from "../../../../lib/sip/state/registration.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Milliseconds: the connection of a younger binding stays, lest a REGISTER that comes late closes the newer one. */
const YOUNG = 30_000;

/** Not demanded where a Lambda fell ill after the binding was stored, or where AWS may have failed to close. */
export function aPhoneIsInOnePlace(story: Story): readonly Problem[] {
  if (story.run.weather.fault > 0) return [];
  const bound = new Map<string, readonly Binding[]>();
  const problems: Problem[] = [];
  for (const fact of story.run.facts) {
    if (fact.kind !== "stored" || fact.change.kind !== "registration") continue;
    const { aor, bindings } = fact.change.registration;
    for (const { flow, instance, registeredAt } of bound
      .get(aor)
      ?.filter(({ expiresAt }) => momentOf(expiresAt) > fact.at + PROMPTLY) ?? []) {
      const isOld = momentOf(registeredAt) < fact.at - YOUNG - PROMPTLY;
      const isMoved =
        isOld && instance !== undefined && bindings.some((one) => one.instance === instance && one.flow !== flow);
      const closed = story.flows.get(flow)?.closed ?? 0;
      if (!isMoved || !story.isSound(fact.by) || closed <= fact.at + PROMPTLY) continue;
      const message = `λ${fact.by.id} bound ${instance} elsewhere, and ${flow} was open until ${seconds(closed)}`;
      problems.push({ at: fact.at, message });
    }
    bound.set(aor, bindings);
  }
  return problems;
}
