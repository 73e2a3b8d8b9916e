// `calls` and `trace`: lists of calls and single ones, from the log.
import { writeFileSync } from "node:fs";
import { withoutScheme } from "../operations/address.ts";
import { type CallRecord, callsIn } from "../operations/calls.ts";
import { ladderOf } from "../operations/ladder/ladder.ts";
import { mermaidLadder } from "../operations/ladder/mermaid.ts";
import { hostsOf, pcapLadder } from "../operations/ladder/pcap.ts";
import { svgLadder } from "../operations/ladder/svg.ts";
import { terminalLadder } from "../operations/ladder/terminal.ts";
import type { LogLine } from "../operations/line.ts";
import { printable } from "../local/command/printable.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import { sendHep } from "./hep.ts";
import type { Deployment } from "./deployment.ts";
import { type Output, printRows } from "./output.ts";

export interface CallOptions {
  readonly user?: string;
  readonly since: string;
  readonly failed?: boolean;
  readonly live?: boolean;
}

export async function listCalls(deployment: Deployment, options: CallOptions, output: Output): Promise<void> {
  const { aor } = options.user === undefined ? {} : readAddress(options.user, deployment.domains);
  const all = callsIn(await deployment.log({ from: Date.now() - milliseconds(options.since) }));
  const calls = all.filter((call) => {
    if (options.failed && call.state !== "failed") return false;
    if (options.live && call.endedAt !== undefined) return false;
    return aor === undefined || call.from === aor || call.to === aor;
  });
  const columns = [
    ["STARTED", ({ startedAt }: CallRecord) => new Date(startedAt).toISOString().slice(0, 19).replace("T", " ")],
    ["FROM", ({ from }: CallRecord) => withoutScheme(from)],
    ["TO", ({ to }: CallRecord) => withoutScheme(to)],
    ["STATE", ({ state, status }: CallRecord) => (state === "failed" ? `failed ${status}` : state)],
    ["TALKED", talked],
    ["WHY", ({ reason, endedBy }: CallRecord) => reason ?? (endedBy && `ended by ${withoutScheme(endedBy)}`)],
    ["CALL-ID", ({ callId }: CallRecord) => callId],
  ] as const;
  printRows(output, calls, columns, `No such call in the last ${options.since}. Look further back: --since 12h`);
}

function talked({ answeredAt, endedAt = Date.now() }: CallRecord): string | undefined {
  return answeredAt === undefined ? undefined : `${Math.round((endedAt - answeredAt) / 1000)} s`;
}

/** `90s`, `15m`, `2h`, `3d` */
export function milliseconds(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const length = UNITS.get(unit);
  if (count === undefined || length === undefined) {
    throw new CommandError(`--since ${printable(text)}: give a time such as 15m, 2h or 3d.`, 2);
  }
  return Number(count) * length;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

export interface TraceOptions {
  readonly since: string;
  readonly mermaid?: boolean;
  readonly svg?: string;
  readonly pcap?: string;
  readonly hep?: string;
}

export async function trace(
  deployment: Deployment,
  callId: string,
  options: TraceOptions,
  { isJson, write }: Output,
  color: boolean,
): Promise<void> {
  const lines = await deployment.log({ from: Date.now() - milliseconds(options.since), callId });
  const ladder = ladderOf(
    callId,
    lines.filter((line) => line.callId === callId),
  );
  if (ladder === undefined) {
    throw new CommandError(
      `No call ${printable(callId)} in the last ${options.since}. Find it: calls. Look further back: --since 3d`,
    );
  }
  const { svg, pcap, hep } = options;
  if (svg !== undefined) save(svg, svgLadder(ladder), write);
  if (pcap !== undefined) {
    save(pcap, pcapLadder(ladder), write);
    save(`${pcap}.hosts`, hostsOf(ladder), write);
  }
  if (hep !== undefined) write(`Sent ${await sendHep(ladder, hep)} messages to ${printable(hep)}\n`);
  if (svg !== undefined || pcap !== undefined || hep !== undefined) return;
  if (isJson) return write(`${JSON.stringify(lines, null, 2)}\n`);
  write(options.mermaid ? mermaidLadder(ladder) : terminalLadder(ladder, { color }));
}

function save(file: string, contents: string | Buffer, write: Output["write"]): void {
  writeFileSync(file, contents);
  write(`Wrote ${file}\n`);
}

/** Lines of all calls as they come, until Ctrl-C. */
export async function traceLive(
  deployment: Deployment,
  user: string | undefined,
  { isJson, write }: Output,
  signal: AbortSignal,
): Promise<void> {
  const { aor } = user === undefined ? {} : readAddress(user, deployment.domains);
  const wanted = new Set<string>();
  for await (const line of deployment.follow(signal)) {
    if (line.callId === undefined) continue;
    if (aor === undefined || line.from === aor || line.to === aor) wanted.add(line.callId);
    if (wanted.has(line.callId)) write(isJson ? `${JSON.stringify(line)}\n` : liveLine(line));
  }
}

function liveLine({ at, message, from, sent, because, callId = "" }: LogLine): string {
  const answers = sent.map(({ title, flow }) => `${title} > ${flow}`).join(", ");
  const parts = [message, from && `from ${withoutScheme(from)}`, answers && `→ ${answers}`, because];
  const text = parts.filter((part) => part !== undefined && part !== "").join("  ");
  return `${new Date(at).toISOString().slice(11, 23)}  ${printable(`${callId}  ${text}`).replaceAll("\n", " ")}\n`;
}
