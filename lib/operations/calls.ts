// Calls, worked out from the lines of the log: one for each INVITE outside of a dialog and its Call-ID.
import { isEndOfServer, type LogLine } from "./line.ts";

export interface CallRecord {
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  /** Epoch milliseconds of the first INVITE. */
  readonly startedAt: number;
  readonly ringingAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  /** `ringing` also before a phone has rung. */
  readonly state: "ringing" | "answered" | "ended" | "failed";
  /** The final status that the caller got. */
  readonly status?: number;
  /** The address that hung up or cancelled. */
  readonly endedBy?: string;
  readonly reason?: string;
  readonly because?: string;
  /** Phones that it was sent to. */
  readonly devices: number;
  readonly forwarded?: string;
  /** Calls to AWS, by kind; `invocations` of functions with them. */
  readonly cost: Readonly<Record<string, number>>;
}

/** Oldest first. Lines without a Call-ID, and those of Call-IDs without an INVITE, are left out. */
export function callsIn(lines: Iterable<LogLine>): readonly CallRecord[] {
  const calls = new Map<string, Draft>();
  for (const line of [...lines].toSorted((one, other) => one.at - other.at)) {
    if (line.callId === undefined) continue;
    const known = calls.get(line.callId);
    const draft = known ?? begun(line, line.callId);
    if (draft === undefined) continue;
    calls.set(line.callId, draft);
    take(draft, line);
  }
  return [...calls.values()].map(({ callerFlow: _flow, ...record }) => record);
}

type Draft = { -readonly [K in keyof CallRecord]: CallRecord[K] } & { callerFlow: string | undefined };

/** An INVITE with a To address is outside of a dialog: within one the line has the sender alone. */
function begun({ method, from, to, at, flow }: LogLine, callId: string): Draft | undefined {
  if (method !== "INVITE" || to === undefined) return undefined;
  return { callId, from: from ?? "", to, startedAt: at, state: "ringing", devices: 0, cost: {}, callerFlow: flow };
}

function take(call: Draft, line: LogLine): void {
  call.cost = added(call.cost, { invocations: 1, ...line.aws });
  call.devices = Math.max(call.devices, line.devices ?? 0);
  if (line.forwarded !== undefined) call.forwarded = line.forwarded;
  if (line.method === "INVITE" && line.to !== undefined) {
    call.callerFlow = line.flow;
    if (call.state === "failed" && isChallenge(call.status)) restart(call);
  }
  for (const { title, flow } of line.sent) if (flow === call.callerFlow) told(call, title, line);
  if (line.method === "BYE" && call.endedAt === undefined) end(call, line.at, "ended", line.from);
  if (isEndOfServer(line) && call.endedAt === undefined) {
    end(call, line.at, "ended", undefined);
    if (line.reason !== undefined) call.reason = line.reason;
    if (line.because !== undefined) call.because = line.because;
  }
  if (line.method === "CANCEL" && call.state === "ringing" && line.from !== undefined) call.endedBy = line.from;
}

/** A message that the caller got. */
function told(call: Draft, title: string, { at, reason, because }: LogLine): void {
  const [, digits] = /^(\d{3}) INVITE$/.exec(title) ?? [];
  const status = Number(digits);
  if (digits === undefined || call.state !== "ringing") return;
  if (status > 100 && status < 200) call.ringingAt ??= at;
  if (status < 200) return;
  call.status = status;
  if (status < 300) {
    call.answeredAt = at;
    call.state = "answered";
    return;
  }
  if (reason !== undefined) call.reason = reason;
  if (because !== undefined) call.because = because;
  end(call, at, "failed", call.endedBy);
}

function end(call: Draft, at: number, state: "ended" | "failed", by: string | undefined): void {
  call.endedAt = at;
  call.state = state;
  if (by !== undefined) call.endedBy = by;
}

/** 401 and 407 ask for credentials: the same call goes on with the next INVITE. */
function isChallenge(status: number | undefined): boolean {
  return status === 401 || status === 407;
}

function restart(call: Draft): void {
  call.state = "ringing";
  for (const name of ["status", "endedAt", "endedBy", "reason", "because"] as const) delete call[name];
}

function added(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
