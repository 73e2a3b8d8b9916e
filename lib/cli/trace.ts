// `trace`: a call and those that transfers connect it with, from the log, and lines as they are written.
import { existsSync, writeFileSync } from "node:fs";
import { withoutScheme } from "../operations/address.ts";
import { ladderOf } from "../operations/ladder/ladder.ts";
import { mermaidLadder } from "../operations/ladder/mermaid.ts";
import { hostsOf, pcapLadder } from "../operations/ladder/pcap.ts";
import { svgLadder } from "../operations/ladder/svg.ts";
import { terminalLadder } from "../operations/ladder/terminal.ts";
import type { LogLine } from "../operations/line.ts";
import { printable } from "../local/command/printable.ts";
import { readAddress } from "./address.ts";
import { milliseconds } from "./since.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { sendHep } from "./hep.ts";
import type { Output } from "./output.ts";
import { confirm } from "./prompt.ts";
import { linesOfTransfer } from "./transfer-lines.ts";

export interface TraceOptions {
  readonly since: string;
  readonly mermaid?: boolean;
  readonly svg?: string;
  readonly pcap?: string;
  readonly hep?: string;
  /** Agrees to files that are overwritten. */
  readonly yes?: boolean;
}

export async function trace(
  deployment: Deployment,
  callId: string,
  options: TraceOptions,
  { isJson, write }: Output,
  color: boolean,
): Promise<void> {
  const lines = await linesOfTransfer(deployment, callId, Date.now() - milliseconds(options.since));
  const ladder = ladderOf(lines);
  if (ladder === undefined) {
    throw new CommandError(
      `No call ${printable(callId)} in the last ${options.since}. Find it: calls. Look further back: --since 3d`,
    );
  }
  const { svg, pcap, hep } = options;
  const files: readonly File[] = [
    ...(svg === undefined ? [] : [[svg, svgLadder(ladder)] as const]),
    ...(pcap === undefined ? [] : [[pcap, pcapLadder(ladder)] as const, [`${pcap}.hosts`, hostsOf(ladder)] as const]),
  ];
  await save(files, options.yes ?? false, write);
  if (hep !== undefined) write(`Sent ${await sendHep(ladder, hep)} messages to ${printable(hep)}\n`);
  if (svg !== undefined || pcap !== undefined || hep !== undefined) return;
  if (isJson) return write(`${JSON.stringify(lines, null, 2)}\n`);
  write(options.mermaid ? mermaidLadder(ladder) : terminalLadder(ladder, { color }));
}

type File = readonly [name: string, contents: string | Buffer];

async function save(files: readonly File[], isAgreed: boolean, write: Output["write"]): Promise<void> {
  const present = files.map(([name]) => name).filter((name) => existsSync(name));
  if (present.length > 0) await confirm(`Overwrite ${present.map(printable).join(" and ")}?`, isAgreed);
  for (const [name, contents] of files) {
    writeFileSync(name, contents);
    write(`Wrote ${name}\n`);
  }
}

/** Lines of all calls as they come, until Ctrl-C. */
export async function traceLive(
  deployment: Pick<Deployment, "follow" | "domains">,
  user: string | undefined,
  { isJson, write }: Output,
  signal: AbortSignal,
): Promise<void> {
  const { aor } = user === undefined ? {} : readAddress(user, deployment.domains);
  const wanted = new Set<string>();
  for await (const line of deployment.follow(signal)) {
    if (line.callId === undefined) continue;
    const { callId } = line;
    const isOfUser = aor === undefined || line.from === aor || line.to === aor;
    if (isOfUser) remember(wanted, callId);
    if (isOfUser || wanted.has(callId)) write(isJson ? `${JSON.stringify(line)}\n` : liveLine(line));
  }
}

/** Calls of a user that are followed at a time; the oldest are forgotten. */
const MOST_WANTED = 10_000;

function remember(wanted: Set<string>, callId: string): void {
  wanted.add(callId);
  const [oldest = callId] = wanted.size > MOST_WANTED ? wanted : [];
  if (wanted.size > MOST_WANTED) wanted.delete(oldest);
}

function liveLine({ at, message, from, sent, because, callId = "" }: LogLine): string {
  const answers = sent.map(({ title, flow }) => `${title} > ${flow}`).join(", ");
  const parts = [message, from && `from ${withoutScheme(from)}`, answers && `→ ${answers}`, because];
  const text = parts.filter((part) => part !== undefined && part !== "").join("  ");
  return `${new Date(at).toISOString().slice(11, 23)}  ${printable(`${callId}  ${text}`).replaceAll("\n", " ")}\n`;
}
