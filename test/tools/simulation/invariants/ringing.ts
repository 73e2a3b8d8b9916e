// A phone with a live connection stops ringing when the call is over. At once, if no Lambda was disturbed; by the time
// the ringing would have ended anyway, if one was; and by the next timer, if the caller vanished.
import type { Fact, PhoneDeed } from "../core/record.ts";
import { type ContextStory, isMeant, isProvisional, ourBranch } from "../story/contexts.ts";
import type { Story } from "../story/story.ts";
import { delaysOf, GRACE, seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

type Rings = Extract<PhoneDeed, { callId: string }> & Fact;

export function noPhoneRingsOn(story: Story): readonly Problem[] {
  return story.factsOfKind("phone").flatMap((fact) => {
    if (fact.does !== "rings") return [];
    const context = story.contexts.get(ourBranch(fact)?.context ?? "");
    if (context === undefined)
      return [{ at: fact.at, callId: fact.callId, message: `${fact.phone} rings without a call` }];
    const spoke = firstWord(fact, context, story);
    if (spoke === undefined) return []; // without a provisional response from it, it must not get a CANCEL (§9.1)

    const end = endOf(fact, story);
    const [limit, why] = earliest([
      [longest(fact, context, story), "its ring time was over"],
      [afterCaller(Math.max(fact.at, spoke), context, story), "its caller had its answer"],
      [afterVanishing(Math.max(fact.at, spoke), context, story), "its caller was known to be gone"],
    ]);
    if (end <= limit || hasFailedCancel(fact, story)) return [];
    const message = `${fact.phone} rang until ${end === Infinity ? "the end" : seconds(end)}, ${why} by ${seconds(limit)}`;
    return [{ at: limit, callId: fact.callId, message }];
  });
}

/** The platform accepted the CANCEL and did not deliver it. */
function hasFailedCancel({ branch }: Rings, story: Story): boolean {
  return story
    .factsOfKind("posted")
    .some(({ result, wire }) => result === "failed" && wire.method === "CANCEL" && wire.branch === branch);
}

function earliest(limits: readonly (readonly [number, string])[]): readonly [number, string] {
  return limits.reduce((best, limit) => (limit[0] < best[0] ? limit : best));
}

/** A device that comes back is rung again in its branch: a response to the earlier INVITE does not count. */
function firstWord({ branch, at }: Rings, { id }: ContextStory, story: Story): number | undefined {
  return story.answersTo(id).find((heard) => {
    return heard.at >= at && heard.what.wire.branch === branch && isProvisional(heard.what.wire);
  })?.at;
}

/** When the phone stopped ringing, for any reason. */
function endOf({ phone, branch, order }: Rings, story: Story): number {
  const end = story.factsOfPhone(phone).find((fact) => {
    if (fact.order <= order) return false;
    if (fact.kind === "dropped") return true;
    if (fact.kind !== "phone") return false;
    if (fact.does === "vanishes" || fact.does === "forgets everything") return true;
    return "branch" in fact && fact.branch === branch;
  });
  return end?.at ?? Infinity;
}

function longest({ at }: Rings, context: ContextStory, story: Story): number {
  const last = Math.max(at, story.lastSign(context.id));
  return last + story.run.settings.ringSeconds * 1000 + GRACE + PROMPTLY + delaysOf(context, story);
}

/** No Lambda was disturbed and no message was lost: the CANCEL follows the final response at once. */
function afterCaller(since: number, { callId, branch }: ContextStory, story: Story): number {
  if (story.breakdowns(callId).length > 0 || story.losses(callId).length > 0) return Infinity;
  const over = story.factsOfKind("phone").find((fact) => fact.does === "gets a final answer" && fact.branch === branch);
  return over === undefined ? Infinity : Math.max(over.at, since) + PROMPTLY;
}

/** The caller's `$disconnect` was processed, and after it an effective timer. */
function afterVanishing(since: number, context: ContextStory, story: Story): number {
  const { callId, branch } = context;
  if (story.breakdowns(callId).length > 0) return Infinity;
  const invites = story.factsOfKind("phone").find((fact) => fact.does === "invites" && fact.branch === branch);
  if (invites === undefined) return Infinity;
  const gone = story
    .factsOfPhone(invites.phone)
    .find((fact) => fact.kind === "phone" && fact.does === "vanishes" && fact.at >= invites.at);
  const flow = [...story.flows.values()].findLast(({ phone }) => phone === invites.phone)?.flow;
  if (gone === undefined || flow === undefined) return Infinity;

  const known = story
    .factsOfKind("done")
    .find(({ at, by }) => at > gone.at && by.cause.kind === "disconnect" && by.cause.flow === flow);
  if (known === undefined || isStillKnown(invites.phone, known.at, story)) return Infinity;
  const timer = story.timersOf(context.id).find((heard) => heard.woken > known.at && isMeant(heard, context));
  return timer === undefined ? Infinity : Math.max(timer.at, since) + PROMPTLY;
}

/** A flow of the phone is still bound, as a ghost or otherwise, or still has a record. */
function isStillKnown(phone: string, at: number, { factsOfKind, flows }: Story): boolean {
  const bound = new Map<string, readonly string[]>();
  const known = new Set<string>();
  for (const { change, ...fact } of factsOfKind("stored")) {
    if (fact.at > at) break;
    if (change.kind === "registration") {
      bound.set(
        change.registration.aor,
        change.registration.bindings.map((binding) => binding.flow),
      );
    }
    if (change.kind === "flow") known.add(change.record.flow);
    if (change.kind === "flow gone") known.delete(change.flow);
  }
  return [...bound.values()]
    .flat()
    .concat(...known)
    .some((flow) => flows.get(flow)?.phone === phone);
}
