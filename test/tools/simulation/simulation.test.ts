import { beforeAll, describe, expect, test } from "@jest/globals";
import { linesOf } from "../../support/program.ts";
import { parseWeather } from "./core/weather.ts";
import { examples } from "./examples.ts";
import { factName } from "./fact-name.ts";
import { PARTS, type Results, RUNS } from "./seeds.ts";
import { type Run, simulate } from "./simulate.ts";
import { WATCHING_RUNS } from "./watchers/seeds.ts";

let results: Results;
beforeAll(async () => {
  const [printed] = await linesOf<Results>(new URL("seeds.ts", import.meta.url));
  if (printed === undefined) throw new Error("the seeds printed no results");
  results = printed;
}, 600_000);

describe(`${RUNS} seeds, each with its own script and weather, and every invariant holds`, () => {
  test.each(Array.from({ length: PARTS }, (_, part) => part))("part %i", (part) => {
    expect(results.parts[part]?.broken).toBe("");
  });

  test("every kind of fault occurred in them, and often", () => {
    const total = (name: string): number => results.parts.reduce((sum, { seen }) => sum + (seen[name] ?? 0), 0);
    const rare = Object.entries(expected).filter(([name, least]) => total(name) < least);
    expect(rare.map(([name, least]) => `${name}: ${total(name)} of at least ${least}`)).toEqual([]);
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

describe("a seed that once broke an invariant", () => {
  test.each(examples.map(({ found }, index) => [found, index] as const))("%s", (_found, index) => {
    expect(results.examples[index]).toBe("");
  });
});

test(`${WATCHING_RUNS} seeds of the notifier, each with its own script and weather, and every rule holds`, () => {
  const { broken, arrived, gone } = results.watching;
  expect(broken).toBe("");
  expect(arrived).toBeGreaterThan(10 * WATCHING_RUNS);
  expect(gone).toBeGreaterThan(WATCHING_RUNS / 20);
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
  return `${fact.at} ${factName(fact)} ${by} ${what}`;
}
