// `doctor`: tries the deployment as phones would, and says what to do about each fault.
import { CommandError } from "../command-error.ts";
import type { Deployment } from "../deployment.ts";
import { type Output, printRows } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { alarms, quotas } from "./account.ts";
import { authorizer, foreignPage, ipv6, subprotocol, withoutSubprotocol } from "./connections.ts";
import { logs, tables } from "./data.ts";
import { challenge } from "./digest-order.ts";
import type { Check, Finding } from "./finding.ts";
import { testCall } from "./test-call.ts";

export interface DoctorOptions {
  /** False leaves out the call, which adds two users and removes them. */
  readonly call: boolean;
  /** Seconds after which a connection or an answer counts as missing. */
  readonly patience: number;
}

/** The log is last: it has the lines of the other checks. */
const checks: readonly (readonly [subject: string, check: Check])[] = [
  ["the handshake", subprotocol],
  ["the handshake", withoutSubprotocol],
  ["the handshake", foreignPage],
  ["the authorizer", authorizer],
  ["IPv6", (patient) => ipv6(patient)],
  ["the challenge", challenge],
  ["a call", testCall],
  ["the users", tables],
  ["the quotas", quotas],
  ["the alarms", alarms],
  ["the log", logs],
];

/** Rejects with exit code 1 if a check finds a fault, or if the user interrupts it; the users that it made are removed first. */
export async function doctor(
  deployment: Deployment,
  { call, patience }: DoctorOptions,
  output: Output,
  { progress, ended }: Pick<Terminal, "progress" | "ended">,
): Promise<void> {
  const interrupted = ended();
  const patient = { ...deployment, patienceMilliseconds: 1000 * patience, interrupted };
  const findings: Finding[] = [];
  for (const [subject, check] of checks) {
    if (check === testCall && !call) continue;
    progress(`Trying ${subject} …`);
    const found = await check(patient).catch((error: unknown) => {
      if (interrupted.aborted) return [];
      throw error;
    });
    if (interrupted.aborted) throw new CommandError("Interrupted.");
    findings.push(...found);
  }
  progress("");
  const columns = [
    ["CHECK", ({ check }: Finding) => check],
    ["", ({ verdict }: Finding) => (verdict === "fault" ? "FAULT" : verdict)],
    ["FOUND", ({ found }: Finding) => found],
    ["WHAT TO DO", ({ remedy }: Finding) => remedy ?? ""],
  ] as const;
  printRows(output, findings, columns, "");
  const faults = findings.filter(({ verdict }) => verdict === "fault").length;
  if (faults > 0) throw new CommandError(`${faults} of ${findings.length} checks failed on ${deployment.name}.`);
}

/** The value of `--patience`. */
export function patienceIn(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CommandError("--patience: give seconds from 1 to 9999.", 2);
}
