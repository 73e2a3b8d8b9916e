// Short forms of times and states.
import type { CallRecord } from "../../../operations/calls.ts";

/** `14:03:22` in the time of the browser. */
export function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** `0.4 s`, `12 s`, `3 min 5 s` */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function stateOf({ state, status }: CallRecord): string {
  if (state === "failed") return `failed ${status ?? ""}`.trimEnd();
  return state === "answered" ? "in a call" : state;
}
