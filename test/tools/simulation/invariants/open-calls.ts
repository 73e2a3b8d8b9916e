// No call stays open when the phones of its ends are gone. At rest every timer has fired: a phone that has no connection then had
// its time to come back. Not required for a phone whose last connection the server may take for alive: its `$disconnect` never
// came, or the Lambda that it woke was disturbed.
import { type CallStory, callsIn, phoneOf } from "../story/calls.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function noCallStaysOpen(story: Story): readonly Problem[] {
  if (!story.run.cameToRest) return [];
  return callsIn(story.contexts).flatMap((call) => {
    const { context, ends, caller, callee } = call;
    if (ends.length > 0 || isGivenUp(call, story)) return [];
    const gone = [caller, callee].filter((phone) => isKnownToBeGone(phone, call, story));
    const at = story.run.facts.at(-1)?.at ?? 0;
    return gone.map((phone) => {
      return { at, callId: context.callId, message: `${phone} is gone, and its call is still open` };
    });
  });
}

function isGivenUp({ context: { id } }: CallStory, { run }: Story): boolean {
  return run.facts.some((fact) => fact.kind === "dead letter" && fact.timer.kind === "call" && fact.timer.call === id);
}

function isKnownToBeGone(phone: string, call: CallStory, story: Story): boolean {
  const flows = [...story.flows.values()].filter((flow) => flow.phone === phone);
  if (flows.some(({ dropped }) => dropped === Infinity)) return false;
  const last = flowsWith(call, phone, story).at(-1);
  return last !== undefined && isKnownToBeClosed(last, story);
}

/** The flows of the phone that had the call in their record, in order. */
function flowsWith({ context: { id } }: CallStory, phone: string, { factsOfKind }: Story): readonly string[] {
  return factsOfKind("stored").flatMap(({ change }) => {
    const flow =
      change.kind === "flow call" && change.call === id
        ? change.flow
        : change.kind === "flow" && change.record.calls?.includes(id)
          ? change.record.flow
          : "";
    return phoneOf(flow) === phone ? [flow] : [];
  });
}

function isKnownToBeClosed(flow: string, story: Story): boolean {
  return story
    .factsOfKind("done")
    .some(({ by }) => by.cause.kind === "disconnect" && by.cause.flow === flow && story.isSound(by));
}
