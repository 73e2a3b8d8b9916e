// A story that was broken, made short: events it does not need go first, then lines and words of the messages that are left.
// Tokens stay good, because ids, time and keys of a replay are what they were.
import { joinParts, partsOf } from "../conformance/faults/edit.ts";
import { replay } from "./play.ts";
import type { Story } from "./story.ts";
import type { Event } from "./world.ts";

/** Replays until it is short enough: a bound, for nobody waits for the last line. */
const MOST_REPLAYS = 3000;

export async function shrink(story: Story): Promise<Story> {
  const { finding, setting } = story;
  if (finding === undefined) return story;
  let events = story.events;
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
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at];
    if (event?.kind !== "message") continue;
    for (const text of shorterTexts(event.text)) {
      const current = events[at];
      if (current?.kind !== "message" || text.length >= current.text.length) continue;
      const shorter = events.with(at, { ...event, text });
      if (await isStillBroken(shorter)) events = shorter;
    }
  }
  const last = await replay(setting, events);
  return { ...story, events, ...(last && { finding: last }) };
}

/** Without its body, then line by line without those that are not needed: each attempt begins with what the last one left. */
function* shorterTexts(text: string): Generator<string> {
  const { start, lines, body } = partsOf(text);
  yield joinParts({
    start,
    lines: lines.filter((line) => !/^(?:Content-|Allow:|User-Agent:|Supported:)/i.test(line)),
    body: "",
  });
  yield joinParts({ start, lines, body: "" });
  for (const line of lines) yield joinParts({ start, lines: lines.filter((other) => other !== line), body });
}
