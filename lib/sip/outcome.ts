// The result of a decision. `lib/signaling` stores the changes, sets the timers and carries out the
// effects; nothing else does.
import type { Effect, Send } from "./effect.ts";
import type { Reason, ReasonCode } from "./reasons.ts";
import type { Change } from "./state/change.ts";
import type { TimerRequest } from "./timer.ts";

export interface Outcome {
  readonly changes: readonly Change[];
  readonly timers: readonly TimerRequest[];
  readonly effects: readonly Effect[];
  /**
   * Milliseconds. Only with nothing to store or send: the decision is taken again after this time, with fresh reads, because an
   * earlier message of the same sender may still be in progress, or a connection closed between two reads.
   */
  readonly again?: number;
  /** Why nothing happened, or why this happened instead of the usual: for log, metrics and records. */
  readonly reason?: Reason;
}

/** An outcome without any change, timer or effect. */
export function nothing(code: ReasonCode, detail?: string): Outcome {
  return { changes: [], timers: [], effects: [], reason: { code, ...(detail !== undefined && { detail }) } };
}

/** Nothing yet: another decision after a moment. */
export function decideAgain(milliseconds: number): Outcome {
  return { changes: [], timers: [], effects: [], again: milliseconds };
}

export function sendOnly(...effects: readonly Send[]): Outcome {
  return { changes: [], timers: [], effects };
}
