// Shortens a failing story: first the events that it does not need are removed, then lines and words of the remaining
// messages. Tokens stay valid, because ids, time and keys of a replay are the same.
import { joinParts, partsOf } from "../conformance/faults/edit.ts";
import { replay } from "./play.ts";
import type { Story } from "./story.ts";
import type { Event } from "./world.ts";

/** Limit of replays: a shorter story is not worth a longer wait. */
const MOST_REPLAYS = 3000;

export async function shrink(story: Story): Promise<Story> {
  const { finding, setting } = story;
  if (finding === undefined) return story;
  let events: readonly Event[] = story.events;
  let replays = 0;

  async function isStillBroken(shorter: readonly Event[]): Promise<boolean> {
    replays += 1;
    return replays < MOST_REPLAYS && (await replay(setting, shorter))?.oracle === finding?.oracle;
  }

  for (let size = events.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < events.length; ) {
      const shorter = events.toSpliced(at, size);
      if (await isStillBroken(shorter)) events = shorter;
      else at += size;
    }
  }
  for (const [at, event] of events.entries()) {
    if (event.kind !== "message") continue;
    let { text } = event;
    for (const simpler of [withoutBody, ...partsOf(text).lines.map(without)]) {
      const shorter = events.with(at, { ...event, text: simpler(text) });
      if (simpler(text) === text || !(await isStillBroken(shorter))) continue;
      events = shorter;
      text = simpler(text);
    }
  }
  const last = await replay(setting, events);
  return { ...story, events, ...(last && { finding: last }) };
}

/** The headers of the body, such as its length, are removed with it. */
function withoutBody(text: string): string {
  const { start, lines } = partsOf(text);
  return joinParts({ start, lines: lines.filter((line) => !/^Content-/i.test(line)), body: "" });
}

function without(line: string): (text: string) => string {
  return (text) => {
    const { start, lines, body } = partsOf(text);
    return joinParts({ start, lines: lines.filter((other) => other !== line), body });
  };
}
