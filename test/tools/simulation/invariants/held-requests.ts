// A request within a dialog to a phone that has lost its connection arrives when the phone registers again in time.
import type { FactOf } from "../core/record.ts";
import { isRequest, titleOf } from "../core/wire.ts";
import { ATTACKER } from "../script/script.ts";
import type { Story } from "../story/story.ts";
import { METHODS, phoneOfTag } from "./dialogs.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/**
 * Milliseconds: the request waits for 28 s, and clocks of Lambdas differ by two. In the last five a BYE alone is sent, and a
 * REGISTER takes up to five until it is decided.
 */
const HELD = 26_000;
const heldFor = (method: string): number => (method === "BYE" ? HELD : HELD - 10_000);

export function heldRequestsArrive(story: Story): readonly Problem[] {
  return story.factsOfKind("sent").flatMap((fact) => {
    if (!isRequest(fact.wire) || fact.phone.startsWith(ATTACKER)) return [];
    const { wire, at, phone } = fact;
    const other = phoneOfTag(wire.essentials.toTag);
    if (other === undefined || !METHODS.has(wire.method) || !isAway(other, at, story)) return [];
    const back = story
      .factsOfPhone(other)
      .find((one) => one.kind === "phone" && one.does === "registered" && one.at > at);
    if (
      back === undefined ||
      back.at > at + heldFor(wire.method) ||
      !isUndisturbed(fact, other, back.at + PROMPTLY, story)
    )
      return [];
    const isThere = story
      .factsOfPhone(other)
      .some(
        (one) =>
          one.kind === "arrived" &&
          one.at > at &&
          one.at <= back.at + PROMPTLY &&
          one.wire.callId === wire.callId &&
          one.wire.method === wire.method &&
          one.wire.cseq === wire.cseq,
      );
    const message = `${titleOf(wire)} of ${phone} never reached ${other}, who was back in time`;
    return isThere ? [] : [{ at, callId: wire.callId, message }];
  });
}

/** The phone has no connection, and the gateway knows. */
function isAway(phone: string, at: number, story: Story): boolean {
  return [...story.flows.values()].every((flow) => flow.phone !== phone || flow.from > at || flow.closed <= at);
}

/** The request was not lost on its way, no Lambda fell ill, and the phone stays where it registered. */
function isUndisturbed({ wire, phone, at }: FactOf<"sent">, other: string, until: number, story: Story): boolean {
  if (story.phones.get(other)?.hasInstance !== true) return false;
  if ([phone, other].some((end) => story.suffers(end, "vanishing", 0, until))) return false;
  if ([phone, other].some((end) => story.suffers(end, "a drop", at, until))) return false;
  const isIll = story.run.facts.some(
    (fact) =>
      fact.at >= at &&
      fact.at <= until &&
      (fact.kind === "died" ||
        fact.kind === "broke down" ||
        (fact.kind === "refused" && fact.why === "doubt") ||
        (fact.kind === "posted" && fact.result === "failed")),
  );
  return !isIll && story.losses(wire.callId).every((fact) => fact.at < at);
}
