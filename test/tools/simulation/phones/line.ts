// The shared state of a phone's parts: its name, its connection, and its clock. A phone that forgets its state begins
// another life: actions that its former life planned never happen.
import type { Random } from "../core/random.ts";
import type { CallDeed, Record } from "../core/record.ts";
import type { PhonePlan } from "../script/script.ts";

export interface Line {
  readonly plan: PhonePlan;
  readonly aor: string;
  readonly random: Random;
  readonly record: Record;
  /** The sent-by host of this life. */
  host(): string;
  /** The contact URI of this life. */
  contact(): string;
  /** The URI parameters of its push address, with a semicolon before each; empty for a phone that has none. */
  pushParameters(): string;
  branch(): string;
  tag(): string;
  now(): number;
  /** Unless the phone has forgotten its state by then. */
  later(milliseconds: number, task: () => void): void;
  /** False if there is no connection to send on. */
  send(text: string): boolean;
  /** Now, or when the phone is registered again. */
  whenOnline(task: () => void): void;
  note(does: CallDeed, callId: string, branch: string, status?: number): void;
}

/** RFC 3261 §17.1.1.1, in milliseconds. */
export const T1 = 500;
export const T2 = 4000;
export const TIMER_B = 64 * T1;

/** Repeats with growing pauses until `isOver`, or until 64*T1 have passed. */
export function repeat(line: Line, isOver: () => boolean, task: () => void, end: () => void): void {
  const begun = line.now();
  function again(pause: number): void {
    line.later(pause, () => {
      if (isOver()) return;
      if (line.now() - begun >= TIMER_B) return end();
      task();
      again(Math.min(2 * pause, T2));
    });
  }
  again(T1);
}
