// A closed connection: its bindings end with it (RFC 5626 §5.3). Its calls go on for a while. A REGISTER of it that is decided
// later finds its record marked as closed.
import { leaveCalls } from "../location/away-calls.ts";
import { refreshTimers } from "../location/refresh-times.ts";
import { withSleeping } from "../location/sleeping-devices.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { type Change, flowGone, registrationChange } from "../state/change.ts";
import type { FlowRecord } from "../state/flow.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { TimerRequest } from "../timer.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";

export async function connectionClosed(flow: FlowId, world: Closing): Promise<Outcome> {
  const { flows } = await world.read({ flows: [flow] });
  const record = flows.find((one) => one.flow === flow);
  if (record === undefined || isForgotten(record, world)) return nothing("flow-unknown");

  const { identity, bound, calls = [] } = record;
  const changes: Change[] = record.closedAt === undefined ? [flowGone(flow, record, world)] : [];
  const mayBeRegistering = isYoung(record, world);
  const timers: TimerRequest[] = [];
  const aors = new Set(calls.length > 0 ? [...bound, identity] : bound);
  if (aors.size > 0) {
    const snapshot = await world.read({ registrations: [...aors] });
    for (const aor of aors) {
      const read = registrationOf(snapshot, aor);
      const bindings = read.bindings.filter((binding) => binding.flow !== flow);
      const without = bindings.length < read.bindings.length ? withSleeping(read, { ...read, bindings }, world) : read;
      const left = leaveCalls(aor === identity ? record : undefined, without, world);
      changes.push(...left.changes);
      timers.push(...left.timers, ...refreshTimers(read, without, world));
      const isBumped = mayBeRegistering && bound.includes(aor);
      if (left.registration !== read || isBumped)
        changes.push(registrationChange(left.registration, bindings, world.now));
    }
  }
  return { ...nothing("flow-closed"), changes, timers };
}

type Closing = Pick<World, "read" | "now" | "settings" | "platform" | "isRetry">;

/** The process that found the flow closed may have ended before it removed the bindings, so for a while the next one does it. */
function isForgotten({ closedAt, expiresAt }: FlowRecord, { now }: Closing): boolean {
  return closedAt !== undefined && expiresAt <= now;
}

/**
 * The record was stored a moment ago, and a REGISTER stores its binding after that. A write of the registration makes that a
 * conflict, and the next decision finds the flow closed.
 */
function isYoung({ closedAt, expiresAt }: FlowRecord, { now, platform, isRetry }: Closing): boolean {
  if (closedAt !== undefined) return isRetry;
  return expiresAt > now + platform.longestFlowSeconds - platform.commitSeconds;
}
