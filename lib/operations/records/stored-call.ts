// A call as the table keeps it: the attributes of the facts that came so far, in whichever order.
import type { CallFact, CallFacts } from "./call-fact.ts";

/** The union of all facts' attributes; each is there once its line has come. Times are epoch milliseconds. */
export type StoredCall = { readonly callId: string } & Partial<Flat>;

type Merge<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Flat = Merge<CallFacts[keyof CallFacts]>;

/** A call whose beginning is known. */
export interface CallSummary {
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
  readonly rangAt?: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly state: "ringing" | "answered" | "ended" | "failed";
  readonly status?: number;
  readonly reason?: string;
  /** The address that hung up or cancelled. */
  readonly endedBy?: string;
  readonly devices?: number;
  readonly forwarded?: string;
}

/** Undefined before the line of the INVITE has come. */
export function summaryOf(call: StoredCall): CallSummary | undefined {
  const { callId, from, to, startedAt, rangAt, answeredAt, devices, forwarded } = call;
  if (startedAt === undefined || from === undefined || to === undefined) return undefined;
  const isRung = rangAt !== undefined && rangAt <= (answeredAt ?? Number.POSITIVE_INFINITY); // later ones belong to a re-INVITE
  return {
    callId,
    from,
    to,
    startedAt,
    ...(isRung && { rangAt }),
    ...(answeredAt !== undefined && { answeredAt }),
    ...(devices !== undefined && { devices }),
    ...(forwarded !== undefined && { forwarded }),
    ...endOf(call),
  };
}

type End = Pick<CallSummary, "state" | "endedAt" | "status" | "reason" | "endedBy">;

/** A refusal after the answer belongs to a re-INVITE. */
function endOf({ answeredAt, hungUpAt, hungUpBy, failedAt, status, reason, cancelledBy }: StoredCall): End {
  if (answeredAt !== undefined) {
    if (hungUpAt === undefined) return { state: "answered" };
    return { state: "ended", endedAt: hungUpAt, ...(hungUpBy !== undefined && { endedBy: hungUpBy }) };
  }
  if (failedAt === undefined) return { state: "ringing" };
  return {
    state: "failed",
    endedAt: failedAt,
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason }),
    ...(cancelledBy !== undefined && { endedBy: cancelledBy }),
  };
}

/** The call as it was without a fact: a line that comes twice leads to the same difference each time. */
export function withoutFact(call: StoredCall, { attributes }: CallFact): StoredCall {
  const names = new Set(Object.keys(attributes));
  const rest = Object.fromEntries(Object.entries(call).filter(([name]) => !names.has(name)));
  return { ...rest, callId: call.callId };
}
