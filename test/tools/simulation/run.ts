// npm run simulate: many runs, or one of them again, with a ladder of its failure.
import { parseArgs } from "node:util";
import { setImmediate } from "node:timers/promises";
import { parseWeather, type Weather } from "./core/weather.ts";
import { judge } from "./invariants/invariants.ts";
import type { Violation } from "./invariants/violation.ts";
import { ladder } from "./ladder.ts";
import { shrink, type Shrunk } from "./script/shrink.ts";
import { type Run, simulate } from "./simulate.ts";
import { tell } from "./story/story.ts";

const USAGE = `npm run simulate -- [options]

  --seed N          the first seed (1)
  --runs N          how many seeds, counted upwards (1 with --seed, else 1000)
  --seconds N       stop after that many seconds of real time
  --weather W       one of calm, reordered, timers, drops, deaths, faults, storm; changes after it: storm,dies=0.1
  --only a,b        play these steps of the script and no others
  --invariant TEXT  judge by those whose name contains this
  --ladder          draw the ladder of a single run although nothing is broken
  --call ID         draw what belongs to this Call-ID, or "all"
  --keep-going      do not stop at the first broken run; count
  --json            for programs: one line per violation of the first run that is broken`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string" },
    seconds: { type: "string" },
    weather: { type: "string" },
    only: { type: "string" },
    invariant: { type: "string" },
    call: { type: "string" },
    ladder: { type: "boolean" },
    "keep-going": { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
});

/** Undefined draws all of them. */
const chosenCall = values.call === "all" ? undefined : values.call;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.help === true) print(USAGE);
else process.exitCode = await main();

/** The exit code: 0 if every invariant held. */
async function main(): Promise<number> {
  const first = numberOf(values.seed, 1);
  const runs = numberOf(values.runs, values.seed === undefined ? 1000 : 1);
  const weather = values.weather === undefined ? undefined : parseWeather(values.weather);
  const deadline = Date.now() + numberOf(values.seconds, Infinity) * 1000;
  const counts = new Map<string, number[]>();

  let done = 0;
  for (; done < runs && Date.now() < deadline; done += 1) {
    const seed = first + done;
    const run = await simulate({
      seed,
      ...(weather && { weather }),
      ...(values.only !== undefined && { only: values.only.split(",") }),
    });
    const violations = judge(run).filter(({ invariant }) => invariant.includes(values.invariant ?? ""));
    for (const violation of violations) note(counts, seed, violation);
    const [violation] = violations;
    if (violation !== undefined && values["keep-going"] !== true) {
      if (values.json !== true) await explain(run, violation, weather);
      return 1;
    }
    if (values.ladder === true) print(ladder(tell(run), chosenCall));
    await setImmediate(); // gives a Ctrl-C a chance
  }
  if (values.json !== true) summarize(done, counts);
  return counts.size === 0 ? 0 : 1;
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isNaN(number)) throw new TypeError(`not a number: ${text}\n\n${USAGE}`);
  return number;
}

function note(counts: Map<string, number[]>, seed: number, violation: Violation): void {
  if (values.json === true) print(JSON.stringify({ seed, ...violation }));
  counts.set(violation.invariant, [...(counts.get(violation.invariant) ?? []), seed]);
}

function summarize(runs: number, counts: ReadonlyMap<string, readonly number[]>): void {
  print(`${runs} ${runs === 1 ? "run" : "runs"}${counts.size === 0 ? ", everything held" : ""}`);
  for (const [invariant, seeds] of counts) {
    const distinct = [...new Set(seeds)];
    print(
      `  ${invariant}: broken ${seeds.length} times, seeds ${distinct.slice(0, 12).join(" ")}${distinct.length > 12 ? " …" : ""}`,
    );
  }
}

/** The shortest run that breaks the same invariant, as a ladder, and the command that replays it. */
async function explain(run: Run, violation: Violation, weather: Weather | undefined): Promise<void> {
  print(`seed ${run.seed} breaks "${violation.invariant}": ${violation.message}\nmaking it shorter …`);
  const shrunk = await shrink(run, violation);
  const story = tell(shrunk.run);
  print(`\n${ladder(story, values.call === undefined ? shrunk.violation.callId : chosenCall)}\n`);
  print(
    `"${shrunk.violation.invariant}" is broken at ${(shrunk.violation.at / 1000).toFixed(3)}: ${shrunk.violation.message}`,
  );
  print(
    `\n  again, whole:  npm run simulate -- --seed ${run.seed}${weather === undefined ? "" : ` --weather ${values.weather}`}`,
  );
  print(`  again, short:  npm run simulate -- ${shortest(shrunk)}`);
}

function shortest({ run, weather, only }: Shrunk): string {
  const changes = Object.entries(weather).map(([kind, value]) => `${kind}=${value}`);
  return `--seed ${run.seed} --weather calm,${changes.join(",")} --only ${only.join(",")}`;
}
