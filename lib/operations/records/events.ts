// The events for a bus, with their details. Each names all that is known about its subject, so that a consumer needs no state.
import type { LogLine } from "../line.ts";
import { type CallSummary, type StoredCall, summaryOf } from "./stored-call.ts";

export type SipEvent =
  | { readonly type: "registration.changed"; readonly at: number; readonly detail: RegistrationDetail }
  | { readonly type: CallEventType; readonly at: number; readonly detail: CallDetail };

export type CallEventType = "call.started" | "call.ringing" | "call.answered" | "call.ended";

export interface RegistrationDetail {
  readonly address: string;
  /** Phones that are registered now, and that were before. */
  readonly phones: number;
  readonly before: number;
}

/** Times are ISO 8601 in UTC. */
export interface CallDetail extends Omit<CallSummary, "startedAt" | "rangAt" | "answeredAt" | "endedAt" | "state"> {
  readonly state: CallSummary["state"];
  readonly startedAt: string;
  readonly rangAt?: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  /** From the answer to the end, in milliseconds; 0 for a call that failed. */
  readonly talked?: number;
}

export function registrationEventsOf({ registrations, at }: LogLine): readonly SipEvent[] {
  return registrations.map(({ aor, phones, before }) => {
    return { type: "registration.changed", at, detail: { address: aor, phones, before } };
  });
}

/** The events that a fact has led to, in the order of a call. The first needs the INVITE, and all others come after it. */
export function callEventsBetween(before: StoredCall, after: StoredCall): readonly SipEvent[] {
  const call = summaryOf(after);
  if (call === undefined) return [];
  const told = summaryOf(before);
  const detail = toDetail(call);
  return MILESTONES.flatMap(([type, timeOf]) => {
    const at = timeOf(call);
    return at === undefined || (told && timeOf(told) !== undefined) ? [] : [{ type, at, detail }];
  });
}

const MILESTONES: readonly (readonly [CallEventType, (call: CallSummary) => number | undefined])[] = [
  ["call.started", ({ startedAt }) => startedAt],
  ["call.ringing", ({ rangAt }) => rangAt],
  ["call.answered", ({ answeredAt }) => answeredAt],
  ["call.ended", ({ endedAt }) => endedAt],
];

function toDetail({ startedAt, rangAt, answeredAt, endedAt, ...call }: CallSummary): CallDetail {
  return {
    ...call,
    startedAt: iso(startedAt),
    ...(rangAt !== undefined && { rangAt: iso(rangAt) }),
    ...(answeredAt !== undefined && { answeredAt: iso(answeredAt) }),
    ...(endedAt !== undefined && { endedAt: iso(endedAt), talked: Math.max(0, endedAt - (answeredAt ?? endedAt)) }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
