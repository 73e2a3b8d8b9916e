// `npm run bench`: our parser and our proxy's work beside those of four npm packages, on the same messages, in one run.
// Ends non-zero when ours is not at least so many times as fast as `sip-parsing`, the fastest of them.
import { parseArgs } from "node:util";
import { assertAgreement } from "./equality.ts";
import { drachtioSip } from "./libraries/drachtio-sip.ts";
import { jssip } from "./libraries/jssip.ts";
import { ours } from "./libraries/ours.ts";
import { sip006 } from "./libraries/sip.ts";
import { sipParsing } from "./libraries/sip-parsing.ts";
import type { Library } from "./library.ts";
import { measure, type Timings, type Work, WORKS } from "./measure.ts";
import { callMessages, type Sample } from "./messages/call.ts";

/** How many times as fast as `sip-parsing` we must be. */
const WANTED: Readonly<Partial<Record<Work, number>>> = { parse: 4, forward: 3.5 };

const TITLES: Readonly<Record<Work, string>> = {
  parse: "parse",
  decide: "parse and decode what a proxy decides on",
  forward: "a proxy's work: parse, Max-Forwards, Via, Record-Route, Route, serialize",
};

const VARIANTS = 20;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "150" } } });
const rounds = Number(values.rounds);
const libraries: readonly Library[] = [ours, sipParsing, sip006, drachtioSip, jssip];
const samples = callMessages(VARIANTS);

assertAgreement(libraries, samples);
const timings = measure(libraries, samples, { warmUp: Math.ceil(rounds / 3), timed: rounds });

let isTooSlow = false;
for (const work of WORKS) {
  process.stdout.write(`\n${TITLES[work]}, µs per message (median of ${rounds} rounds)\n`);
  process.stdout.write(row(["", ...libraries.map(({ name }) => name)]));
  for (const sample of samples) {
    process.stdout.write(
      row([sample.name, ...libraries.map((library) => timeOf(timings, library, work, sample).toFixed(2))]),
    );
  }
  const means = libraries.map((library) => mean(timings, library, work));
  const reference = means[libraries.indexOf(sipParsing)] ?? Number.NaN;
  process.stdout.write(row(["mean of the mix", ...means.map((time) => time.toFixed(2))]));
  process.stdout.write(row(["times as fast", ...means.map((time) => `${(reference / time).toFixed(2)}x`)]));
  const ratio = reference / (means[0] ?? Number.NaN);
  const wanted = WANTED[work];
  if (wanted !== undefined && !(ratio >= wanted)) {
    process.stdout.write(`too slow: ${ratio.toFixed(2)} times sip-parsing, ${wanted} are wanted\n`);
    isTooSlow = true;
  }
}
process.stdout.write(
  `\nWhat a parse yields:\n${libraries.map(({ name, yields }) => `  ${name}: ${yields}\n`).join("")}`,
);
process.exitCode = isTooSlow ? 1 : 0;

function timeOf(all: Timings, library: Library, work: Work, sample: Sample): number {
  return all.get(library)?.[work].get(sample) ?? Number.NaN;
}

function mean(all: Timings, library: Library, work: Work): number {
  return samples.reduce((sum, sample) => sum + timeOf(all, library, work, sample), 0) / samples.length;
}

function row([name = "", ...cells]: readonly string[]): string {
  return `  ${name.padEnd(30)}${cells.map((cell) => cell.padStart(15)).join("")}\n`;
}
