import { describe, expect, test } from "@jest/globals";
import { parseWeather } from "./core/weather.ts";
import { titleOf } from "./core/wire.ts";
import { examples } from "./examples.ts";
import { judge } from "./invariants/invariants.ts";
import { ladder } from "./ladder.ts";
import { shrink } from "./script/shrink.ts";
import { type Run, type RunOptions, simulate } from "./simulate.ts";
import { tell } from "./story/story.ts";

const RUNS = 1000;
const PARTS = 10;

/** Fails with the ladder of the shortest run that breaks the same invariant. */
async function holds(options: RunOptions, command: string): Promise<Run> {
  const run = await simulate(options);
  const [violation] = judge(run);
  if (violation === undefined) return run;
  const shrunk = await shrink(run, violation);
  const drawn = ladder(tell(shrunk.run), shrunk.violation.callId);
  const again = `npm run simulate -- --seed ${options.seed}${command}`;
  throw new Error(
    `"${violation.invariant}" is broken by seed ${options.seed}: ${violation.message}\n\n${drawn}\n\n${again}`,
  );
}

describe(`${RUNS} seeds, each with its own script and weather, and every invariant holds`, () => {
  const seen = new Map<string, number>();

  test.each(Array.from({ length: PARTS }, (_, part) => part))(
    "part %i",
    async (part) => {
      const size = RUNS / PARTS;
      for (let seed = part * size + 1; seed <= (part + 1) * size; seed += 1) count(await holds({ seed }, ""), seen);
    },
    60_000,
  );

  test("every kind of fault occurred in them, and often", () => {
    const rare = Object.entries(expected).filter(([name, least]) => (seen.get(name) ?? 0) < least);
    expect(rare.map(([name, least]) => `${name}: ${seen.get(name) ?? 0} of at least ${least}`)).toEqual([]);
  });
});

/** The least of each fault in a thousand runs: weather that never comes proves nothing. */
const expected: Readonly<Record<string, number>> = {
  "phone invites": 2000,
  "phone answers": 500,
  "phone refuses": 500,
  "phone is cancelled": 500,
  "phone wants to cancel": 300,
  "phone was hung up on": 400,
  "phone vanishes": 150,
  "phone forgets everything": 100,
  dropped: 1000,
  closing: 50,
  swallowed: 500,
  "died before": 300,
  "died after": 200,
  "broke down": 100,
  "refused conflict": 200,
  "refused no reason": 200,
  "refused doubt": 30,
  "posted gone": 500,
  "posted failed": 30,
  "arrived ACK": 1500,
  "arrived BYE": 400,
  "arrived INFO": 150,
  "arrived 302 INVITE": 100,
  "arrived 408 INVITE": 100,
  "arrived 430 BYE": 10,
  "arrived 481 CANCEL": 100,
  "arrived 482 INVITE": 20,
  "arrived 487 INVITE": 100,
  "session opened": 150,
  "session ended": 100,
  "asked timeout": 10,
  "asked unreachable": 20,
  "asked HTTP 403": 5,
  "phone sleeps": 300,
  "pushed delivered": 300,
  "pushed later": 20,
  "pushed gone": 5,
  "notified call": 100,
  "notified stop": 50,
  "notified message": 50,
};

function count({ facts }: Run, seen: Map<string, number>): void {
  for (const fact of facts) {
    const name = nameOf(fact);
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
}

function nameOf(fact: Run["facts"][number]): string {
  if (fact.kind === "phone") return `phone ${fact.does}`;
  if (fact.kind === "arrived") return `arrived ${titleOf(fact.wire)}`;
  if (fact.kind === "asked") {
    return `asked ${fact.result.kind === "failed" ? fact.result.why : `HTTP ${fact.result.status}`}`;
  }
  if (fact.kind === "pushed") return `pushed ${typeof fact.result === "object" ? "later" : fact.result}`;
  if (fact.kind === "notified") return `notified ${fact.push.why}`;
  if (fact.kind === "posted") return `posted ${fact.result}`;
  if (fact.kind === "refused") return `refused ${fact.why}`;
  return fact.kind === "died" ? `died ${fact.where.split(" ")[0]}` : fact.kind;
}

describe("a seed that once broke an invariant", () => {
  test.each(examples)("$found", async ({ seed, weather }) => {
    const options = weather === undefined ? { seed } : { seed, weather: parseWeather(weather) };
    await holds(options, weather === undefined ? "" : ` --weather ${weather}`);
  });
});

describe("a seed is a run", () => {
  test("a second run has the same facts", async () => {
    const [first, second] = [await simulate({ seed: 7 }), await simulate({ seed: 7 })];
    expect(first.facts.length).toBeGreaterThan(100);
    expect(second.facts.map(lineOf)).toEqual(first.facts.map(lineOf));
  });

  test("a script without some of its steps has the same events in the others", async () => {
    const weather = parseWeather("storm,dropAtMessage=0");
    const whole = await simulate({ seed: 11, weather });
    const call = whole.script.steps.find(({ kind }) => kind === "call");
    const alone = await simulate({ seed: 11, weather, only: [call?.id ?? ""] });
    const begins = (run: Run): unknown =>
      run.facts.find(
        (fact) => fact.kind === "phone" && fact.does === "invites" && fact.callId.startsWith(`${call?.id}@`),
      )?.at;
    expect(alone.facts.length).toBeLessThan(whole.facts.length);
    expect(begins(alone)).toBe(begins(whole));
  });

  test("an unknown weather is refused", () => {
    expect(() => parseWeather("sunny")).toThrow("no weather");
    expect(parseWeather("storm,dies=0.5").dies).toBe(0.5);
  });
});

/** A fact without the objects that only point elsewhere. */
function lineOf(fact: Run["facts"][number]): string {
  const by = "by" in fact && fact.by !== undefined ? `λ${fact.by.id}` : "";
  const what = "wire" in fact ? fact.wire.text : "change" in fact ? JSON.stringify(fact.change) : "";
  return `${fact.at} ${nameOf(fact)} ${by} ${what}`;
}
