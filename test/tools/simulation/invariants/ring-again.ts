// A phone that lost its connection while it rang and is back before a timer is rung again by that timer, if the call
// still waits for an answer. Not required of a timer that was set by a decision that was never stored: it may have the
// number of another timer and lack the message.
import type { Fact, PhoneDeed, QueuedTimer } from "../core/record.ts";
import { type ContextStory, type Heard, isMeant, isProvisional, ourBranch } from "../story/contexts.ts";
import { momentOf, type Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

type Rings = Extract<PhoneDeed, { callId: string }> & Fact;

export function whoComesBackIsRungAgain(story: Story): readonly Problem[] {
  return story.factsOfKind("phone").flatMap((fact) => {
    if (fact.does !== "rings") return [];
    const context = story.contexts.get(ourBranch(fact)?.context ?? "");
    const lost = context && connectionLost(fact, story);
    if (context === undefined || lost === undefined) return [];
    const timer = story.timersOf(context.id).find((heard) => isDue(heard, fact, lost, context, story));
    if (timer === undefined) return [];
    const { phone, callId } = fact;
    const isRung = story.factsOfPhone(phone).some((one) => {
      if (one.kind !== "phone" || one.does !== "rings" || one.callId !== callId) return false;
      return one.at > lost && one.at <= timer.at + PROMPTLY;
    });
    if (isRung) return [];
    const message = `${phone} lost its connection at ${seconds(lost)} while it rang, was back, and λ${timer.by.id} did not ring it again`;
    return [{ at: timer.at, callId, message }];
  });
}

/** When its connection went, if it was still ringing and the server knew; undefined otherwise. */
function connectionLost({ phone, branch, order }: Rings, story: Story): number | undefined {
  if (story.phones.get(phone)?.hasInstance !== true) return undefined;
  const next = story.factsOfPhone(phone).find((fact) => {
    if (fact.order <= order) return false;
    return fact.kind === "dropped" || (fact.kind === "phone" && "branch" in fact && fact.branch === branch);
  });
  const isHeard = story
    .answersTo(ourBranch({ branch })?.context ?? "")
    .some(({ what }) => what.wire.branch === branch && isProvisional(what.wire));
  return next?.kind === "dropped" && isHeard ? next.at : undefined;
}

/** An effective timer found the phone registered again, and left the call waiting. */
function isDue(
  heard: Heard<QueuedTimer>,
  { phone, branch, callId }: Rings,
  lost: number,
  context: ContextStory,
  story: Story,
): boolean {
  const { what, woken, at } = heard;
  if (!isMeant(heard, context) || what.message === undefined || woken <= lost) return false;
  const isTroubled = story.breakdowns(callId).some((fact) => fact.at >= woken - PROMPTLY && fact.at <= at + PROMPTLY);
  const before = context.versions.findLast(({ fact }) => fact.at <= woken)?.context;
  const after = context.versions.findLast(({ fact }) => fact.at <= at + PROMPTLY)?.context;
  if (isTroubled || before?.state !== "proceeding" || before.isCancelled) return false;
  if (after?.state !== "proceeding" || after.isCancelled || momentOf(after.ringsUntil) <= at) return false;

  const index = ourBranch({ branch })?.index ?? 0;
  if (after.branches[index]?.status !== undefined) return false; // its ring time was over
  if (before.branches[index]?.state !== "proceeding" || before.branches[index].cancel !== undefined) return false;
  const flow = story.steadyFlow(phone, woken - 1000, at + PROMPTLY);
  return flow !== undefined && (story.flows.get(flow)?.from ?? 0) > lost;
}
