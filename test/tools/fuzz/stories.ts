// The stories of `fuzz.test.ts`, in a process of their own: jest's context takes more time for them.
import { reportOn } from "./report.ts";
import { tellStory } from "./story.ts";

/** The same in each run of the tests. `npm run fuzz` plays others, for as long as requested. */
const STORIES = 150;

export interface Stories {
  /** The shortest story that violates the oracle of the first one that failed; empty if none did. */
  readonly broken: string;
  /** That came in. */
  readonly messages: number;
  /** Messages by direction and title: `in 200 INVITE`. */
  readonly seen: Readonly<Record<string, number>>;
}

async function play(): Promise<Stories> {
  const seen: Record<string, number> = {};
  let messages = 0;
  for (let seed = 1; seed <= STORIES; seed += 1) {
    const story = await tellStory(seed, (direction, title) => {
      const name = `${direction} ${title}`;
      if (direction === "in") messages += 1;
      seen[name] = (seen[name] ?? 0) + 1;
    });
    if (story.finding !== undefined) return { broken: (await reportOn(story)).text, messages, seen };
  }
  return { broken: "", messages, seen };
}

process.stdout.write(`${JSON.stringify(await play())}\n`);
