// The server ends no call whose phones are both there, and none of a phone that was registered again within the time. One moment
// of the time on a steady connection is enough: from there on it has the whole time once more.
import { type CallStory, callsIn } from "../story/calls.ts";
import type { Story } from "../story/story.ts";
import { seconds } from "./final-answer.ts";
import { type Problem, PROMPTLY } from "./violation.ts";

/** Both phones are there when it is ended. */
export function noLivingCallIsEnded(story: Story): readonly Problem[] {
  return lostCalls(story).flatMap(({ call, at }) => {
    const isThere = (phone: string): boolean =>
      isKnownAgain(phone, call, at, story) && story.steadyFlow(phone, at - PROMPTLY, at) !== undefined;
    if (![call.caller, call.callee].every(isThere)) return [];
    const { callId } = call.context;
    return [{ at, callId, message: `a call was ended as lost, and ${call.caller} and ${call.callee} are there` }];
  });
}

/** Each phone was there or came back. */
export function aReconnectEndsNothing(story: Story): readonly Problem[] {
  return lostCalls(story).flatMap(({ call, at }) => {
    const returns = [call.caller, call.callee].map((phone) => returnOf(phone, call, at, story));
    if (returns.includes(undefined)) return [];
    const { callId } = call.context;
    const when = returns.map((back = 0) => seconds(back)).join(" and ");
    return [{ at, callId, message: `a call was ended as lost, and its phones were there at ${when}` }];
  });
}

function lostCalls(story: Story): readonly { readonly call: CallStory; readonly at: number }[] {
  return callsIn(story.contexts).flatMap((call) =>
    call.ends.filter(({ ended }) => ended?.why === "lost").map(({ fact }) => ({ call, at: fact.at })),
  );
}

/** A moment within the time before `at` from which the phone was on one connection, and known there, for a while. */
function returnOf(phone: string, call: CallStory, at: number, story: Story): number | undefined {
  if (!isKnownAgain(phone, call, at, story)) return undefined;
  const from = at - story.run.settings.lostCallSeconds * 1000 + 2 * PROMPTLY;
  const registered = story
    .factsOfPhone(phone)
    .flatMap((fact) => (fact.kind === "phone" && fact.does === "registered" ? [fact.at] : []));
  return [from, ...registered.filter((moment) => moment > from)].find(
    (moment) =>
      moment + PROMPTLY <= at && story.steadyFlow(phone, moment, Math.min(at, moment + PROMPTLY)) !== undefined,
  );
}

/** A phone without an instance may come back as another one. */
function isKnownAgain(phone: string, { answered }: CallStory, at: number, story: Story): boolean {
  return story.phones.get(phone)?.hasInstance === true || !story.suffers(phone, "a drop", answered.at - PROMPTLY, at);
}
