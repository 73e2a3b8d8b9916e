// Every INVITE that the server accepted gets one final response at its caller, within the ring time and two more timer
// periods, whatever died on the way: the timer sees to it.
//
// Not required, because no server could do it:
// - for an INVITE whose Lambda died before state and timer were both stored: the caller's own timer B ends it;
// - for a caller without a connection; but when it is back, the next timer or the next repetition of the 2xx must reach
//   it on its new one, if it has an instance id to be recognized by;
// - for a 2xx that died with its Lambda, if the callee then vanished before it could repeat it;
// - for a timer whose attempts all failed, or whose posts were accepted and not delivered. A post that failed is repeated.
import type { Fact, PhoneDeed, QueuedTimer } from "../core/record.ts";
import type { Wire } from "../core/wire.ts";
import { type ContextStory, type Heard, type HeardAnswer, isMeant, ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Twice 64*T1. */
export const GRACE = 64_000;

type Invites = Extract<PhoneDeed, { callId: string }> & Fact;

export function everyInviteEnds(story: Story): readonly Problem[] {
  const contexts = new Map([...story.contexts.values()].map((context) => [context.branch, context]));
  return story.factsOfKind("phone").flatMap((fact) => {
    if (fact.does !== "invites") return [];
    const context = contexts.get(fact.branch);
    const message = context === undefined ? judgeRefused(fact, story) : judgeTakenOn(fact, context, story);
    return message === undefined ? [] : [{ at: fact.at, callId: fact.callId, message: `${fact.phone}: ${message}` }];
  });
}

function outcomeOf({ phone, branch }: Invites, story: Story): Invites | undefined {
  return story.factsOfPhone(phone).find((fact): fact is Invites => {
    if (fact.kind !== "phone" || !("branch" in fact) || fact.branch !== branch) return false;
    return fact.does === "gets a final answer" || fact.does === "waits no longer";
  });
}

/** An INVITE without state was refused at once, or its Lambda was disturbed. */
function judgeRefused(invites: Invites, story: Story): string | undefined {
  const { phone, callId, at } = invites;
  const isLost = story.losses(callId).length > 0 || story.suffers(phone, "a drop", at, at + PROMPTLY);
  if (isLost || story.breakdowns(callId).some((fact) => fact.at >= at)) return undefined;
  const outcome = outcomeOf(invites, story);
  if (outcome?.does === "gets a final answer" && outcome.at <= at + PROMPTLY) return undefined;
  return "an INVITE that left no state got no final answer at once";
}

function judgeTakenOn(invites: Invites, context: ContextStory, story: Story): string | undefined {
  const outcome = outcomeOf(invites, story);
  const inTime = deadlineOf(invites, context, story);
  const kept = keptUntil(invites, context, story);
  const deadline = Math.max(inTime, remindedBy(invites, context, story), kept ?? 0);
  if (outcome !== undefined && outcome.at <= deadline) return judgeGivingUp(outcome, context, story);
  if (kept === undefined && isExcused(invites, context, story, inTime)) return undefined;
  const late = outcome === undefined ? "never came" : `came at ${seconds(outcome.at)}`;
  return `the final answer to its INVITE was due by ${seconds(deadline)} and ${late}`;
}

/** The caller may give up only where a loss could not be repaired. */
function judgeGivingUp(outcome: Invites, { callId, versions }: ContextStory, story: Story): string | undefined {
  if (outcome.does !== "waits no longer") return undefined;
  const isTroubled = story.breakdowns(callId).length + story.losses(callId).length > 0;
  const since = versions[0]?.fact.at ?? 0;
  const wasAway = story.suffers(outcome.phone, "a drop", since - PROMPTLY, outcome.at);
  return isTroubled || wasAway ? undefined : `gave up at ${seconds(outcome.at)} although nothing had been lost`;
}

/** From the last event that began or prolonged the ringing; from the CANCEL, if it ended the ringing. */
function deadlineOf({ at, branch, phone }: Invites, context: ContextStory, story: Story): number {
  const { settings } = story.run;
  let [progress, cancelled] = [Math.max(at, story.lastSign(context.id)), Infinity];
  for (const fact of story.factsOfKind("posting")) {
    if (fact.wire.method === "INVITE" && ourBranch(fact.wire)?.context === context.id) {
      progress = Math.max(progress, fact.at);
    }
  }
  for (const fact of story.factsOfKind("done")) {
    if (fact.by.cause.kind !== "frame") continue;
    const { wire, phone: sender } = fact.by.cause;
    const isCancel = wire.method === "CANCEL" && wire.status === 0 && wire.branch === branch && sender === phone;
    if (!isCancel || !story.isSound(fact.by)) continue;
    const before = context.versions.findLast((version) => version.fact.at < fact.at)?.context.state;
    if (before === "proceeding") cancelled = Math.min(cancelled, fact.at);
  }
  return Math.min(progress + settings.ringSeconds * 1000, cancelled) + GRACE + PROMPTLY + delaysOf(context, story);
}

/** How much later than due the timers of a context were processed. */
export function delaysOf({ id }: ContextStory, story: Story): number {
  const settled = new Map<number, number>();
  for (const { what, at } of story.timersOf(id)) if (!settled.has(what.id)) settled.set(what.id, at - what.dueAt);
  return [...settled.values()].reduce((sum, delay) => sum + delay, 0);
}

function isExcused(invites: Invites, context: ContextStory, story: Story, deadline: number): boolean {
  const { phone, at } = invites;
  if (story.suffers(phone, "vanishing", at, Infinity) || story.suffers(phone, "forgetting", at, Infinity)) return true;
  const first = context.versions[0];
  const hasTimer = context.timers.some(({ timer }) => timer.epoch === first?.context.epoch);
  const isGivenUp = story
    .factsOfKind("dead letter")
    .some(({ timer }) => timer.kind === "transaction" && timer.context === context.id);
  if (!hasTimer || isGivenUp) return true;

  const isAway = story.suffers(phone, "a drop", at - PROMPTLY, deadline);
  if (isAway && story.phones.get(phone)?.hasInstance !== true) return true;
  const last = context.versions.at(-1)?.context;
  if (last?.state === "accepted") return !wasAnswered(invites, context, story);
  return last?.state === "completed" && !wasReminded(invites, context, story);
}

/** A 2xx of a callee was processed without an accident, while the caller could be reached. */
function wasAnswered(invites: Invites, { id }: ContextStory, story: Story): boolean {
  return story.answersTo(id).some((heard) => {
    const { status } = heard.what.wire;
    const isPosted = !story.hasFailedPost(heard.by);
    return isPosted && isKnown(heard, story) && status >= 200 && status < 300 && isReached(invites, heard, story);
  });
}

/** The phone had registered on the connection on which it answered: otherwise the answer may be a stranger's. */
function isKnown({ what: { phone }, by: { cause }, woken }: Heard<HeardAnswer>, story: Story): boolean {
  const flow = cause.kind === "frame" ? cause.flow : undefined;
  return story
    .factsOfPhone(phone)
    .some((fact) => fact.kind === "phone" && fact.does === "registered" && fact.flow === flow && fact.at <= woken);
}

/**
 * An effective timer was processed while the caller could be reached, after the final response had been stored. If its post
 * failed, another timer follows.
 */
function wasReminded(invites: Invites, context: ContextStory, story: Story): boolean {
  return remindersOf(invites, context, story).length > 0;
}

function remindersOf(invites: Invites, context: ContextStory, story: Story): readonly Heard<QueuedTimer>[] {
  const completed = context.versions.find((version) => version.context.state === "completed")?.fact.at ?? Infinity;
  return story
    .timersOf(context.id)
    .filter((heard) => heard.woken > completed && isMeant(heard, context) && isReached(invites, heard, story));
}

/** A caller that was away gets the response by the first timer after its return; 0 if it was not away. */
function remindedBy(invites: Invites, context: ContextStory, story: Story): number {
  const { phone, at } = invites;
  const first = remindersOf(invites, context, story).find(({ by }) => !story.hasFailedPost(by));
  return first === undefined || !story.suffers(phone, "a drop", at - PROMPTLY, first.at) ? 0 : first.at + PROMPTLY;
}

/** Milliseconds: a caller that comes back this soon after a failed delivery gets the response, and within this time. */
const [BACK_WITHIN, TOLD_WITHIN] = [25_000, 60_000];

/**
 * A response found the caller without a connection. If the caller is back soon and stays, and nothing else is lost, it
 * gets the response, whether its callee is still there or not. Returns the time by which it must have it; undefined if
 * one of these conditions does not hold.
 */
function keptUntil({ phone, branch, callId, at }: Invites, context: ContextStory, story: Story): number | undefined {
  if (story.phones.get(phone)?.hasInstance !== true || story.suffers(phone, "forgetting", at, Infinity))
    return undefined;
  const missed = story.factsOfKind("posted").find(({ result, wire }) => result === "gone" && isFinal(wire, branch));
  if (missed === undefined || !story.factsOf(missed.by).some(({ kind }) => kind === "done")) return undefined;
  const troubles = [...story.breakdowns(callId), ...story.losses(callId)];
  if (troubles.some((fact) => fact.at >= missed.at - PROMPTLY)) return undefined;
  const back = story
    .factsOfPhone(phone)
    .find((fact) => fact.kind === "phone" && fact.does === "registered" && fact.at > missed.at);
  if (back === undefined || back.at > missed.at + BACK_WITHIN) return undefined;
  const until = back.at + TOLD_WITHIN + delaysOf(context, story);
  return story.steadyFlow(phone, back.at, until) === undefined ? undefined : until;
}

function isFinal({ method, status, branch }: Wire, asked: string): boolean {
  return method === "INVITE" && status >= 200 && branch === asked;
}

/** The caller was registered on one connection, and the way of the response to it was not cut off. */
function isReached({ phone, at }: Invites, heard: Heard<unknown>, story: Story): boolean {
  const until = heard.at + PROMPTLY;
  if (!story.suffers(phone, "a drop", at - PROMPTLY, until)) return true;
  return story.steadyFlow(phone, heard.woken, until) !== undefined;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
