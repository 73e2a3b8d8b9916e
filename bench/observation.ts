// `npm run bench -- observation [--rounds N] [--check]`: the price of observation, each as a ratio within the run.
//   CPU of a call through the bundles with the log, against bundles whose functions write no line about messages
//   the part of a core that `trace --live` takes at 50 calls a second, which must be below 1 for it to keep up
//   CPU of a call in the local cloud with a `trace --live` that follows it, against that without
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Deployment } from "../lib/cli/deployment.ts";
import { traceLive } from "../lib/cli/trace.ts";
import { readLine } from "../lib/operations/line.ts";
import { createLocalService } from "../lib/operations/local-service.ts";
import { bundle, type Figures, measure, median } from "./lambda/run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const TARGETS = { observed: 1.05, live: 1, followed: 1.05 } as const;
const CALLS_A_SECOND = 50;
const LINES_A_CALL = 7;

export async function run(words: readonly string[]): Promise<number> {
  const options = { rounds: { type: "string", default: "5" }, check: { type: "boolean", default: false } } as const;
  const { values } = parseArgs({ args: [...words], options });
  const folder = mkdtempSync(join(tmpdir(), "sip-bench-"));
  try {
    const { withLog, without } = await callsOf(Number(values.rounds), folder);
    const live = await liveShare();
    const follower = await followerMilliseconds();
    const rows = [
      ["CPU of a call, with the log / without", withLog / without, TARGETS.observed],
      ["cores of trace --live at 50 calls a second", live, TARGETS.live],
      ["CPU of a call in the local cloud, followed / not", (withLog + follower) / withLog, TARGETS.followed],
    ] as const;
    for (const [name, ratio, target] of rows) {
      process.stdout.write(`${name.padEnd(50)} ${ratio.toFixed(3)}  (at most ${target})\n`);
    }
    process.stdout.write(`ms of CPU of a call: ${withLog.toFixed(2)} with the log, ${without.toFixed(2)} without\n`);
    return values.check && rows.some(([, ratio, target]) => !(ratio <= target)) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of CPU of a call: medians over rounds in which both take turns. */
async function callsOf(count: number, folder: string): Promise<{ readonly withLog: number; readonly without: number }> {
  const standIn = fork(join(root, "bench/lambda/stand-in.ts"));
  try {
    const [{ port }] = await once(standIn, "message");
    const sides = [
      bundle(root, join(folder, "with")),
      bundle(unobserved(join(folder, "copy")), join(folder, "without")),
    ];
    const rounds: Figures[][] = [[], []];
    for (let round = 0; round < count; round += 1) {
      for (const side of round % 2 === 0 ? [0, 1] : [1, 0])
        rounds[side]?.push(await measure(sides[side] ?? "", `http://127.0.0.1:${port}`));
    }
    const [withLog = Number.NaN, without = Number.NaN] = rounds.map((one) => median(one.map(({ call }) => call)));
    return { withLog, without };
  } finally {
    standIn.disconnect();
  }
}

/** A copy of the sources that make no line about a message. */
function unobserved(copy: string): string {
  for (const name of ["lib", "lambdas", "package.json"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  change(join(copy, "lib/signaling/observe.ts"), /(export function observeOutcome\([^]*?\): void \{)/, "$1 return;");
  const none = '$1 return { name: "", fields: {} };';
  change(join(copy, "lib/signaling/log-line.ts"), /(export function subjectOf\([^]*?\): LogSubject \{)/, none);
  change(join(copy, "lib/aws/observe.ts"), /(export const observe: Observer = \([^]*?\) => \{)/, "$1 return;");
  return copy;
}

function change(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, "utf8");
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`${file} has another form`);
  writeFileSync(file, changed);
}

/** A line of the log of a call, as long as they are. */
function lineText(call: number): string {
  const uri = (user: string) => ({ uri: { original: `sip:${user}@example.com` } });
  return JSON.stringify({
    level: "INFO",
    message: "INVITE sip:bob@example.com",
    flow: "G_qBKn3JQ4CoHLQ=",
    sip: { method: "INVITE", call_id: `call-${call}`, cseq: { code: 1 }, from: uri("alice"), to: uri("bob") },
    branch: "1a2b3c4d5e6f",
    sent: ["100 INVITE > G_qBKn3JQ4CoHLQ=", "INVITE > BxWYFKJA3-cDbOs="],
    devices: 1,
    ms: 12,
    aws: { reads: 2, writes: 1, timers: 1, posts: 1 },
  });
}

/** Seconds of CPU that `trace --live --user alice` takes for the lines of a second. */
async function liveShare(): Promise<number> {
  const seconds = 60;
  async function* follow() {
    for (let number = 0; number < seconds * CALLS_A_SECOND * LINES_A_CALL; number += 1) {
      const line = readLine(Date.now(), lineText(Math.floor(number / LINES_A_CALL)));
      if (line !== undefined) yield line;
    }
  }
  const deployment: Pick<Deployment, "follow" | "domains"> = { follow, domains: ["example.com"] };
  const output = { isJson: false, write: () => undefined };
  const began = process.cpuUsage();
  await traceLive(deployment, "alice", output, new AbortController().signal);
  return millisecondsSince(began) / 1000 / seconds;
}

/** Milliseconds of CPU that a follower, in a process of its own, takes from the local cloud for the lines of a call. */
async function followerMilliseconds(): Promise<number> {
  const calls = 1000;
  const endpoint = { dynamodb: "", sqs: "", eventbridge: "", secretsmanager: "", apigatewaymanagementapi: "" };
  const credentials = { accessKeyId: "", secretAccessKey: "" };
  const cloud = { ws: "", region: "", outputs: {}, logs: [], endpoints: endpoint, credentials };
  const service = createLocalService(() => cloud);
  const server = createServer(service.answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port }: Partial<AddressInfo> = Object(server.address());
  const read = `require("node:http").get("http://127.0.0.1:${port}/operations/log?follow", (answer) => answer.resume())`;
  const follower = spawn(process.execPath, ["--eval", read], { stdio: "ignore" });
  await once(server, "request");
  const began = process.cpuUsage();
  for (let number = 0; number < calls; number += 1) {
    for (let line = 0; line < LINES_A_CALL; line += 1)
      service.tell({ at: Date.now(), source: "default", level: "INFO", text: lineText(number) });
    await new Promise(setImmediate);
  }
  const spent = millisecondsSince(began) / calls;
  follower.kill();
  server.closeAllConnections();
  server.close();
  return spent;
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
