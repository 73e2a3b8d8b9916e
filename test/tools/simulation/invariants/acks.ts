// Every final response to an INVITE gets its ACK: a refusal the server's (RFC 3261 §17.1.1.3), a 2xx the caller's.
import type { Fact, PhoneDeed } from "../core/record.ts";
import { ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

type CallFact = Extract<PhoneDeed, { callId: string }> & Fact;

/**
 * At once, if the Lambda that received the refusal stayed alive. If it died, a phone that repeats its refusal gets the
 * ACK at the first repetition whose Lambda survives; one that does not repeat it has its own timer H.
 */
export function everyRefusalIsAcknowledged(story: Story): readonly Problem[] {
  return story.factsOfKind("phone").flatMap((fact) => {
    if (fact.does !== "refuses") return [];
    const { phone, branch, callId, at, order } = fact;
    const heard = story
      .answersTo(ourBranch(fact)?.context ?? "")
      .filter(({ what }) => what.wire.branch === branch && what.phone === phone && what.wire.status >= 300)
      .find((one) => one.at >= at); // a phone that has forgotten the call may refuse it again in the same branch
    if (heard === undefined || story.hasFailedPost(heard.by) || !story.isSteady(phone, at, heard.at + PROMPTLY))
      return [];
    const acked = story.factsOfPhone(phone).find((one) => one.order > order && isOf(one, branch, "got its ACK"));
    if (acked !== undefined && acked.at <= heard.at + PROMPTLY) return [];
    const message = `${phone} refused with ${fact.status}, which was heard at ${seconds(heard.at)}, and got no ACK`;
    return [{ at, callId, message }];
  });
}

/**
 * Not required where either end was away while the 2xx was repeated, and where one Lambda after the other died of it.
 */
export function everyAnswerIsAcknowledged(story: Story): readonly Problem[] {
  return story.factsOfKind("phone").flatMap((fact) => {
    if (fact.does !== "waits for no ACK") return [];
    const answers = story.factsOfPhone(fact.phone).find((one) => isOf(one, fact.branch, "answers"));
    const context = story.contexts.get(ourBranch(fact)?.context ?? "");
    const invites = context && story.factsOfKind("phone").find((one) => isOf(one, context.branch, "invites"));
    if (answers === undefined || invites?.kind !== "phone" || isPlague(story.breakdowns(fact.callId), answers.at))
      return [];

    const since = invites.at - PROMPTLY;
    if (!isThere(fact.phone, since, fact.at, story) || !isThere(invites.phone, since, fact.at, story)) return [];
    const message = `${fact.phone} answered, repeated its 2xx, and never got an ACK from ${invites.phone}`;
    return [{ at: answers.at, callId: fact.callId, message }];
  });
}

/** The phone had the same connection all the time, or was back on another in time for the last repetitions. */
function isThere(phone: string, from: number, to: number, story: Story): boolean {
  if (story.suffers(phone, "vanishing", from, to) || story.suffers(phone, "forgetting", from, to)) return false;
  if (!story.suffers(phone, "a drop", from, to)) return true;
  return story.phones.get(phone)?.hasInstance === true && story.steadyFlow(phone, to - PROMPTLY, to) !== undefined;
}

function isPlague(breakdowns: readonly Fact[], since: number): boolean {
  return breakdowns.filter(({ at }) => at >= since).length > 3;
}

function isOf(fact: Fact, branch: string, does: CallFact["does"]): fact is CallFact {
  return fact.kind === "phone" && "branch" in fact && fact.branch === branch && fact.does === does;
}
