// An established dialog survives the reconnection of either end: a message of one end reaches the other, if that is
// registered, on any flow; and its response comes back.
import type { FactOf } from "../core/record.ts";
import { isRequest, titleOf } from "../core/wire.ts";
import { ATTACKER } from "../script/script.ts";
import type { Story } from "../story/story.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

export const METHODS = new Set(["BYE", "INFO", "INVITE"]);

export function dialogsSurvive(story: Story): readonly Problem[] {
  return story.factsOfKind("sent").flatMap((fact) => {
    if (!isRequest(fact.wire) || fact.phone.startsWith(ATTACKER)) return [];
    const { wire, phone, at } = fact;
    const other = phoneOfTag(wire.essentials.toTag);
    if (other === undefined || !METHODS.has(wire.method)) return [];
    if (!isDue(fact, other, story)) return [];
    const problem = (message: string): readonly Problem[] => [{ at, callId: wire.callId, message }];
    const isThere = story
      .factsOfPhone(other)
      .some(
        (one) =>
          one.kind === "arrived" &&
          isRequest(one.wire) &&
          one.at <= at + PROMPTLY &&
          one.wire.callId === wire.callId &&
          one.wire.method === wire.method &&
          one.wire.cseq === wire.cseq,
      );
    if (!isThere) return problem(`${titleOf(wire)} of ${phone} never reached ${other}, who was registered`);
    const isAnswered = story
      .factsOfPhone(phone)
      .some(
        (one) =>
          one.kind === "arrived" &&
          one.wire.status >= 200 &&
          one.wire.branch === wire.branch &&
          one.wire.method === wire.method,
      );
    return isAnswered ? [] : problem(`${other} answered the ${titleOf(wire)} of ${phone}, and nothing came back`);
  });
}

/**
 * Both ends are known on one connection while the message and its response are under way, and no Lambda is disturbed.
 */
function isDue({ wire, phone, at }: FactOf<"sent">, other: string, story: Story): boolean {
  const until = at + PROMPTLY;
  if (
    [...story.breakdowns(wire.callId), ...story.losses(wire.callId)].some(
      (fact) => fact.at >= at - PROMPTLY && fact.at <= until,
    )
  )
    return false;
  return [phone, other].every((end) => {
    if (story.suffers(end, "vanishing", 0, until)) return false;
    const isKnown = story.phones.get(end)?.hasInstance === true || !story.suffers(end, "a drop", 0, until);
    return isKnown && story.steadyFlow(end, at, until) !== undefined;
  });
}

/** A tag contains the name of the phone that made it. */
export function phoneOfTag(tag: string | undefined): string | undefined {
  return /^(?:t|c\d+)-([a-z]+\.\d+)/.exec(tag ?? "")?.[1];
}
