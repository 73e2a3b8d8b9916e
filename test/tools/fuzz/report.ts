// A report of a failing story: the violation, the messages with their senders, and the command that replays it.
import type { Finding } from "./judge.ts";
import { shrink } from "./shrink.ts";
import type { Story } from "./story.ts";
import type { Event } from "./world.ts";

/** As a file that `--play` reads. */
export type Script = Pick<Story, "setting" | "events">;

export async function reportOn(story: Story): Promise<{ readonly text: string; readonly script: Script }> {
  const { seed, finding } = story;
  const { setting, events, finding: last } = await shrink(story);
  const lines = [
    `"${finding?.oracle}" is broken by story ${seed}: ${finding?.message}`,
    "",
    `made shorter, with setting ${setting}:`,
    ...events.map(toLines),
    describe(last),
    "",
    `  again: npm run fuzz -- --seed ${seed} --stories 1`,
  ];
  return { text: lines.join("\n"), script: { setting, events } };
}

export function describe(finding: Finding | undefined): string {
  return finding === undefined ? "everything holds" : `"${finding.oracle}" is broken: ${finding.message}`;
}

function toLines(event: Event): string {
  switch (event.kind) {
    case "open":
      return `${event.flow} connects`;
    case "close":
      return `${event.flow} is gone`;
    case "pass":
      return `${event.seconds} s pass`;
    case "message":
      return `${event.flow} sends\n${shown(event.text)}`;
  }
}

/** Line by line, with invisible characters spelled out. */
function shown(text: string): string {
  const short = text.length > 6000 ? `${text.slice(0, 6000)}… (${text.length} characters)` : text;
  return short
    .split("\r\n")
    .map((line) => `    ${JSON.stringify(line).slice(1, -1).replaceAll('\\"', '"')}`)
    .join("\n");
}
