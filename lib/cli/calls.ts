// `calls`: the list of calls, from the log.
import { withoutScheme } from "../operations/address.ts";
import { type CallRecord, callsIn } from "../operations/calls.ts";
import { printable } from "../local/command/printable.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
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
