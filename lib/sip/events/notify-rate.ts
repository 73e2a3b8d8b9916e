// The rate of notifications (RFC 6665 §5.4.10, RFC 3856 §6.10, RFC 4235 §3.10). Some changes in a row are reported one by one
// and at once. Where a state goes on changing, a change is stored, and a timer reports the latest: costs are bounded by the
// rate, and not by PUBLISHes.
import { NOTIFY_BURST } from "../policy/events.ts";
import { partsOf, type ResourceState } from "../state/resource-state.ts";
import type { TimerRequest } from "../timer.ts";
import { packageOf } from "./packages.ts";

export type Paced =
  | { readonly kind: "now"; readonly state: ResourceState }
  | { readonly kind: "later"; readonly state: ResourceState; readonly timers: readonly TimerRequest[] };

/**
 * The changed state, with the rate that its report uses up, or as one that a timer reports.
 * @param state with the version that was read
 */
export function paced(state: ResourceState, now: number): Paced {
  const { resource, pacedUntil = 0, heldUntil: before = 0, ...rest } = state;
  const seconds = packageOf(partsOf(resource).event)?.secondsBetween ?? 0;
  const until = Math.max(pacedUntil, now) + seconds;
  const heldUntil = until - NOTIFY_BURST * seconds;
  if (heldUntil <= now) return { kind: "now", state: { ...rest, resource, pacedUntil: until } };
  const held = { ...state, unreported: (state.unreported ?? 0) + 1 };
  if (before > now) return { kind: "later", state: held, timers: [] };
  const version = state.version + 1;
  const timer = { kind: "resource", resource, heldUntil, version, delaySeconds: heldUntil - now } as const;
  return { kind: "later", state: { ...held, heldUntil }, timers: [timer] };
}

/** The state without the time of its timer, so that the changes that it holds back are reported. */
export function withoutHold({ heldUntil: _held, ...state }: ResourceState): ResourceState {
  return state;
}
