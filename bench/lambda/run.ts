// `npm run bench -- lambda --against REVISION [--check]`: the CPU that the deployed bundles of this checkout take, beside
// those of another revision, in processes of their own that take turns. The figures of this checkout are of `calls: "stateless"`,
// as the targets are; "tracked" is the same call with its row.
import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { schema } from "../../lib/aws/dynamodb/schema.ts";
import { contentsOfBundles } from "../../lib/cdk/bundle.ts";
import type { Measured, Plan } from "./driver.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Calls before and in the measurement of a warm environment. */
const WARM_UP_CALLS = 40;
const CALLS = 40;
const FIRST_INVOCATIONS = 20;

/** At most this part of the other revision's figure; sizes in bytes. */
const TARGETS = { call: 0.38, kind: 0.42, first: 0.12, first20: 0.42, bundleBytes: 375_000 } as const;

/** Octets of this project's own code in `default` at de8f2dc, for which the target was set: later features do not count. */
const OWN_BYTES = 106_400;

/** For the estimate of GB-ms: the part of a core that 512 MB buy, and a round trip to a service in milliseconds. */
const ASSUMED = { gigabytes: 0.5, core: 0.29, roundTrip: 4 } as const;

/** The invocations of a call, each with the number of its successive round trips to services. */
const KINDS: Readonly<Record<string, number>> = {
  INVITE: 3,
  "180 INVITE": 3,
  "200 INVITE": 3,
  ACK: 1,
  BYE: 1,
  "200 BYE": 1,
  timer: 1,
};

/** Milliseconds of CPU; bytes. */
export interface Figures {
  readonly kinds: Readonly<Record<string, number>>;
  readonly call: number;
  readonly first: number;
  readonly first20: number;
  readonly importMs: number;
  readonly bundleBytes: number;
}

/** The other revision, which kept no state of calls, and this checkout with and without that state. */
const sides = ["theirs", "stateless", "tracked"] as const;

type Rounds = Readonly<Record<(typeof sides)[number], Figures[]>>;

export async function run(words: readonly string[]): Promise<number> {
  const options = {
    against: { type: "string", default: "de8f2dc" },
    rounds: { type: "string", default: "5" },
    check: { type: "boolean", default: false },
  } as const;
  const { values } = parseArgs({ args: [...words], options });
  const folder = mkdtempSync(join(tmpdir(), "sip-bench-"));
  const standIn = fork(join(root, "bench/lambda/stand-in.ts"));
  try {
    const [{ port }] = await once(standIn, "message");
    const url = `http://127.0.0.1:${port}`;
    const ours = bundle(root, join(folder, "ours"));
    const measures = {
      theirs: (theirs: string) => measure(theirs, url),
      stateless: () => measure(ours, url, { calls: "stateless" }),
      tracked: () => measure(ours, url, { calls: "tracked" }),
    };
    const theirs = bundlesOf(values.against, folder);
    const rounds: Rounds = { theirs: [], stateless: [], tracked: [] };
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) rounds[side].push(await measures[side](theirs));
    }
    return report(values.against, rounds, values.check);
  } finally {
    standIn.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The bundles of a revision, made by its own bundler with the packages that are installed. */
function bundlesOf(revision: string, folder: string): string {
  const checkout = join(folder, "checkout");
  execFileSync("git", ["worktree", "add", "--detach", "--quiet", checkout, revision], { cwd: root });
  try {
    symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
    return bundle(checkout, join(folder, "theirs"));
  } finally {
    execFileSync("git", ["worktree", "remove", "--force", checkout], { cwd: root });
  }
}

export function bundle(checkout: string, folder: string): string {
  const script = 'const { bundleLambdas } = await import("./lib/cdk/bundle.ts"); bundleLambdas(process.argv[1]);';
  execFileSync(process.execPath, ["--input-type=module", "--eval", script, folder], { cwd: checkout });
  return folder;
}

/** One environment that is warm, and one that begins with a call while both phones are registered. */
export async function measure(bundles: string, standIn: string, settings: object = {}): Promise<Figures> {
  const calls = WARM_UP_CALLS + CALLS;
  const warm = await drive({ bundles, standIn, registers: true, calls }, settings);
  const cold = await drive({ bundles, standIn, registers: false, calls: 3 }, settings);
  const measured = warm.invocations.slice(-CALLS * Object.keys(KINDS).length);
  const kinds = Object.fromEntries(
    Object.keys(KINDS).map((kind) => [kind, mean(measured.filter((one) => one.kind === kind).map(({ ms }) => ms))]),
  );
  const [first = Number.NaN, ...rest] = cold.invocations.slice(0, FIRST_INVOCATIONS).map(({ ms }) => ms);
  return {
    kinds,
    call: sum(Object.values(kinds)),
    first,
    first20: sum([first, ...rest]),
    importMs: cold.importMs,
    bundleBytes: statSync(join(bundles, "default", "index.mjs")).size,
  };
}

async function drive(plan: Plan, settings: object): Promise<Measured> {
  const child: ChildProcess = fork(join(root, "bench/lambda/driver.ts"), [JSON.stringify(plan)], {
    env: environment(plan.standIn, settings),
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [measured] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`the calls on ${plan.bundles} did not end well`))),
  ]);
  return measured;
}

function environment(standIn: string, settings: object): Record<string, string> {
  const generous = { perSecond: 1e6, burst: 1e6 };
  const names = ["flowRequests", "flowOthers", "aorRequests", "sourceRequests", "refusals", "unreadable"];
  return {
    PATH: process.env["PATH"] ?? "",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "a token of the usual length ".repeat(30),
    AWS_LAMBDA_FUNCTION_NAME: "default",
    _X_AMZN_TRACE_ID: "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
    AWS_ENDPOINT_URL: standIn,
    CALLBACK_URL: `${standIn}/sip`,
    TIMER_QUEUE_URL: `${standIn}/000000000000/timers`,
    SIGNING_SECRET: "signing",
    SIP_DOMAINS: "example.com",
    SIP_SETTINGS: JSON.stringify({
      ...settings,
      rates: { ...Object.fromEntries(names.map((name) => [name, generous])), keys: 5000 },
    }),
    ...Object.fromEntries(Object.entries(schema).map(([name, { variable }]) => [variable, name])),
  };
}

/** Prints the medians and their ratios; returns 1 if a target is checked and missed. */
function report(revision: string, { theirs, stateless: ours, tracked }: Rounds, isChecked: boolean): number {
  const rows: [name: string, of: (figures: Figures) => number, target: number | undefined][] = [
    ...Object.keys(KINDS).map((kind) => [kind, ({ kinds }: Figures) => kinds[kind] ?? NaN, TARGETS.kind] as const),
    ["whole call", ({ call }: Figures) => call, TARGETS.call] as const,
    ["first invocation", ({ first }: Figures) => first, TARGETS.first] as const,
    [`first ${FIRST_INVOCATIONS}`, ({ first20 }: Figures) => first20, TARGETS.first20] as const,
    ["import and init", ({ importMs }: Figures) => importMs, undefined] as const,
  ].map(([name, of, target]) => [name, of, target]);
  let missed = 0;
  print(["ms of CPU", revision, "here", "ratio", "target"]);
  for (const [name, of, target] of rows) {
    const [before, after] = [median(theirs.map(of)), median(ours.map(of))];
    const ratio = after / before;
    const isMissed = target !== undefined && !(ratio <= target);
    if (isMissed) missed += 1;
    print([
      name,
      before.toFixed(2),
      after.toFixed(2),
      ratio.toFixed(3),
      target === undefined ? "" : `${target}${isMissed ? " MISSED" : ""}`,
    ]);
  }
  const kept = median(tracked.map(({ call }) => call));
  print(["  tracked", "", kept.toFixed(2), (kept / median(theirs.map(({ call }) => call))).toFixed(3)]);
  const [before, after] = [theirs, ours].map((figures) => figures[0]?.bundleBytes ?? NaN);
  const counted = Number(after) - laterFeatures();
  const isTooLarge = !(counted <= TARGETS.bundleBytes);
  if (isTooLarge) missed += 1;
  print(["bundle, bytes", String(before), String(after)]);
  print(["  as at de8f2dc", "", String(counted), "", `${TARGETS.bundleBytes}${isTooLarge ? " MISSED" : ""}`]);
  print([
    "GB-ms of a call",
    ...[theirs, ours].map((figures) => gigabyteMilliseconds(median(figures.map(({ call }) => call))).toFixed(0)),
  ]);
  print([
    `GB-ms: ${ASSUMED.gigabytes} GB, ${ASSUMED.core} of a core, ${ASSUMED.roundTrip} ms for each of ${sum(Object.values(KINDS))} round trips`,
  ]);
  return isChecked && missed > 0 ? 1 : 0;
}

/** Octets of own code in `default` beyond those of de8f2dc. The lean clients count: the target is about them. */
function laterFeatures(): number {
  const own = Object.entries(contentsOfBundles()["default"] ?? {}).filter(
    ([origin]) => /^(lib|lambdas)\//.test(origin) && !/^lib\/(aws\/client|cdk)\//.test(origin),
  );
  return sum(own.map(([, octets]) => octets)) - OWN_BYTES;
}

function gigabyteMilliseconds(cpu: number): number {
  return ASSUMED.gigabytes * (cpu / ASSUMED.core + ASSUMED.roundTrip * sum(Object.values(KINDS)));
}

function print(cells: readonly string[]): void {
  const line = cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(14))).join("");
  process.stdout.write(`${line}\n`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
