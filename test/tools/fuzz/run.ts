// npm run fuzz: plays stories until the time is up or one fails, or replays one of them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { replay } from "./play.ts";
import { describe, reportOn, type Script } from "./report.ts";
import { tellStory } from "./story.ts";

const USAGE = `npm run fuzz -- [options]

  --minutes N     how long (10)
  --seed N        the first story; the rest is counted upwards (chosen by chance, and printed)
  --stories N     at most that many
  --play FILE     plays a story that was broken and written down
  --json          for programs: one line about the first story that is broken
  --oracle TEXT   listens to those whose name contains this only`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    seed: { type: "string" },
    stories: { type: "string" },
    play: { type: "string" },
    oracle: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
});

const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.help === true) print(USAGE);
else process.exitCode = values.play === undefined ? await search() : await playAgain(values.play);

/** The exit code: 0 if no story failed. */
async function search(): Promise<number> {
  const first = numberOf(values.seed, Math.floor(Math.random() * 2 ** 31));
  const most = numberOf(values.stories, Infinity);
  const deadline = Date.now() + numberOf(values.minutes, 10) * 60_000;
  const startedAt = Date.now();
  if (values.json !== true) print(`from story ${first} on`);

  let [stories, messages] = [0, 0];
  for (; stories < most && Date.now() < deadline; stories += 1) {
    const story = await tellStory(first + stories, (direction) => (messages += direction === "in" ? 1 : 0));
    const { finding } = story;
    if (finding !== undefined && finding.oracle.includes(values.oracle ?? "")) {
      if (values.json === true) print(JSON.stringify({ seed: story.seed, ...finding }));
      else await explain(story);
      return 1;
    }
    await setImmediate(); // gives a Ctrl-C a chance
  }
  const seconds = (Date.now() - startedAt) / 1000;
  if (values.json !== true)
    print(
      `${stories} stories, ${messages} messages in ${seconds.toFixed(0)} s (${Math.round(messages / seconds)} a second): everything held`,
    );
  return 0;
}

async function explain(story: Parameters<typeof reportOn>[0]): Promise<void> {
  const { text, script } = await reportOn(story);
  const folder = new URL("../../../.local/fuzz/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`story-${story.seed}.json`, folder), JSON.stringify(script, undefined, 2));
  print(`${text}\n  short: npm run fuzz -- --play .local/fuzz/story-${story.seed}.json`);
}

async function playAgain(file: string): Promise<number> {
  const { setting, events }: Script = JSON.parse(readFileSync(file, "utf8"));
  const finding = await replay(setting, events);
  print(describe(finding));
  return finding === undefined ? 0 : 1;
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isNaN(number)) throw new TypeError(`not a number: ${text}\n\n${USAGE}`);
  return number;
}
