// `calls`: the list of calls, from the log.
import { withoutScheme } from "../operations/address.ts";
import { type CallRecord, callsIn } from "../operations/calls.ts";
import { readAddress } from "./address.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { listLiveCalls } from "./live-calls.ts";
import { dateAndTime, type Output, printRows } from "./output.ts";
import { milliseconds } from "./since.ts";

export interface CallOptions {
  readonly user?: string;
  readonly since: string;
  readonly failed?: boolean;
  readonly live?: boolean;
}

export async function listCalls(deployment: Deployment, options: CallOptions, output: Output): Promise<void> {
  const { aor } = options.user === undefined ? {} : readAddress(options.user, deployment.domains);
  if (options.live && options.failed)
    throw new CommandError("A call that failed is not live: give --failed or --live.", 2);
  if (options.live && deployment.calls !== "stateless") return listLiveCalls(deployment, aor, output);
  const all = callsIn(await deployment.log({ from: Date.now() - milliseconds(options.since) }));
  const calls = all.filter((call) => {
    if (options.failed && call.state !== "failed") return false;
    if (options.live && call.endedAt !== undefined) return false;
    return aor === undefined || call.from === aor || call.to === aor;
  });
  printRows(output, calls, callColumns, `No such call in the last ${options.since}. Look further back: --since 12h`);
}

type ListedCall = Pick<
  CallRecord,
  "startedAt" | "answeredAt" | "endedAt" | "from" | "to" | "state" | "status" | "reason" | "endedBy" | "callId"
>;

export const callColumns = [
  ["STARTED", ({ startedAt }: ListedCall) => dateAndTime(startedAt)],
  ["FROM", ({ from }: ListedCall) => withoutScheme(from)],
  ["TO", ({ to }: ListedCall) => withoutScheme(to)],
  ["STATE", ({ state, status }: ListedCall) => (state === "failed" ? `failed ${status}` : state)],
  ["TALKED", talked],
  ["WHY", ({ reason, endedBy }: ListedCall) => reason ?? (endedBy && `ended by ${withoutScheme(endedBy)}`)],
  ["CALL-ID", ({ callId }: ListedCall) => callId],
] as const;

function talked({ answeredAt, endedAt = Date.now() }: ListedCall): string | undefined {
  return answeredAt === undefined ? undefined : `${Math.round((endedAt - answeredAt) / 1000)} s`;
}
