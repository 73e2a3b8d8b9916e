// Every answered call has exactly one end: that of the first BYE of one of its phones, or one that the server made.
import { isRequest } from "../core/wire.ts";
import { type CallStory, callsIn } from "../story/calls.ts";
import type { Story } from "../story/story.ts";
import type { Problem } from "./violation.ts";

export function everyCallEndsOnce(story: Story): readonly Problem[] {
  const calls = callsIn(story.contexts);
  return [...calls.flatMap(judgeEnds), ...calls.flatMap((call) => judgeByes(call, story))];
}

function judgeEnds({ context: { callId }, ends }: CallStory): readonly Problem[] {
  return ends.slice(1).map(({ fact, ended }) => {
    return { at: fact.at, callId, message: `a call that had ended was ended again: ${ended?.why}, by λ${fact.by.id}` };
  });
}

/**
 * A BYE in the dialog of the call is visible only after the call has ended. A phone whose 2xx was not acknowledged hangs up
 * (RFC 3261 §13.3.1.4); such a BYE may come before a process has stored the answer.
 */
function judgeByes({ context: { callId }, call, answered, ends }: CallStory, story: Story): readonly Problem[] {
  return story.factsOfKind("posting").flatMap((fact) => {
    if (!isRequest(fact.wire) || fact.wire.method !== "BYE") return [];
    const { fromTag, toTag } = fact.wire.essentials;
    const isOfCall = fact.wire.callId === callId && (fromTag === call.tag || toTag === call.tag);
    if (!isOfCall || fact.order < answered.order || ends.some((end) => end.fact.order < fact.order)) return [];
    return [{ at: fact.at, callId, message: `λ${fact.by.id} sent a BYE of a call that had not ended` }];
  });
}
