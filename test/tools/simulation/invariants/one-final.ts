// A caller gets one final response to an INVITE. Except for the 2xx of several forks, each later one is a copy of the
// first, sent by a timer because the server cannot know that a message arrived (a timer may come before the process that
// stored the refusal has sent it), or caused by a CANCEL because a caller that cancels has not received it; and a refusal
// never follows a 2xx.
import type { FactOf } from "../core/record.ts";
import { isRequest, titleOf } from "../core/wire.ts";
import { ATTACKER } from "../script/script.ts";
import { ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

type Arrived = FactOf<"arrived">;

export function oneFinalAnswer(story: Story): readonly Problem[] {
  const answers = new Map<string, Arrived[]>();
  for (const fact of story.factsOfKind("arrived")) {
    if (isRequest(fact.wire) || fact.wire.status < 200) continue;
    if (fact.phone.startsWith(ATTACKER)) continue; // repeats messages
    const key = `${fact.phone} ${fact.wire.branch} ${fact.wire.method}`;
    answers.set(key, [...(answers.get(key) ?? []), fact]);
  }
  return [...answers.values()].flatMap(([first, ...others]) =>
    others.flatMap((other) => {
      const why = first === undefined ? undefined : objection(first, other, story);
      if (first === undefined || why === undefined) return [];
      const message = `${first.phone} got ${titleOf(other.wire)} after ${titleOf(first.wire)}: ${why}`;
      return [{ at: other.at, callId: other.wire.callId, message }];
    }),
  );
}

function objection(first: Arrived, other: Arrived, story: Story): string | undefined {
  const [before, after] = [first.wire.status, other.wire.status];
  const isInvite = first.wire.method === "INVITE";
  const isInDialog = first.wire.branch.startsWith("z9hG4bK-") && !hasContext(first, story);
  // A Lambda that failed sends a 500; a post that "failed" may have been delivered, and a delivered message cannot be
  // withdrawn.
  const hasFailed = [first, other].some(({ by }) => story.hasFailedPost(by));
  if (hasFailed || (before === 500 && !story.isSound(first.by))) return undefined;
  if (before < 300 && after < 300) return isInvite ? undefined : "one is enough";
  if (before < 300) return isOvertaken(first, other, story) ? undefined : "a refusal after a success";
  if (after < 300) return isInvite && isTooLate(first, other, story) ? undefined : "a success after a refusal";
  if (isInDialog) return "a response without stored state was repeated";
  const isSame = before === after && first.wire.essentials.toTag === other.wire.essentials.toTag;
  if (!isSame) return "another refusal";
  const isExcused = other.by.cause.kind === "timer" || isAskedFor(other) || isLate(first, other, story);
  return isExcused ? undefined : "and no timer brought it";
}

/** A timer brought the first copy while the process that had stored the refusal was about to send its own. */
function isLate(first: Arrived, other: Arrived, { contexts }: Story): boolean {
  const context = [...contexts.values()].find(({ branch }) => branch === other.wire.branch);
  const refusal = context?.versions.find((version) => version.context.state === "completed");
  return first.by.cause.kind === "timer" && refusal?.fact.by.id === other.by.id && refusal.fact.order < first.order;
}

/** The refusal was under way when the success overtook it. */
function isOvertaken(success: Arrived, refusal: Arrived, story: Story): boolean {
  const woken = story.factsOf(refusal.by).find(({ kind }) => kind === "woken")?.at ?? Infinity;
  return woken < success.at;
}

function hasContext({ wire }: Arrived, story: Story): boolean {
  return [...story.contexts.values()].some(({ branch }) => branch === wire.branch);
}

/**
 * By the caller's CANCEL, or by a callee that repeats its refusal: then the first copy may come after the one that a
 * timer sent.
 */
function isAskedFor({ by }: Arrived): boolean {
  return by.cause.kind === "frame" && (by.cause.wire.status >= 300 || by.cause.wire.method === "CANCEL");
}

/**
 * §16.7 step 5: a callee may answer a branch that has been given up, if that was before the refusal was sent. A success
 * that a timer sends was kept for a caller without a connection; all branches must have been given up then.
 */
function isTooLate(first: Arrived, other: Arrived, { contexts }: Story): boolean {
  const answering = other.by.cause.kind === "frame" ? ourBranch(other.by.cause.wire) : undefined;
  const context =
    answering === undefined
      ? [...contexts.values()].find(({ branch }) => branch === other.wire.branch)
      : contexts.get(answering.context);
  const before = context?.versions.findLast(({ fact }) => fact.order < first.order)?.context;
  const asked = before?.branches.filter((_branch, index) => answering === undefined || index === answering.index) ?? [];
  if (before === undefined || asked.length === 0) return false;
  const isGivenUp = asked.every(({ state }) => state !== "calling" && state !== "proceeding");
  return isGivenUp || before.isCancelled || first.wire.status >= 600;
}
