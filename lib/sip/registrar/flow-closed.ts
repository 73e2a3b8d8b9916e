// A closed connection: its bindings end with it (RFC 5626 §5.3), and so does its record. Its calls go on for a while.
import { leaveCalls } from "../location/away-calls.ts";
import { refreshTimers } from "../location/refresh-times.ts";
import { withSleeping } from "../location/sleeping-devices.ts";
import { nothing, type Outcome, type TimerRequest } from "../outcome.ts";
import { type Change, flowGone, registrationChange } from "../state/change.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";

export async function flowClosed(flow: FlowId, world: Pick<World, "read" | "now" | "settings">): Promise<Outcome> {
  const { flows } = await world.read({ flows: [flow] });
  const record = flows.find((one) => one.flow === flow);
  if (record === undefined) return nothing("flow-unknown");

  const { identity, bound, calls = [] } = record;
  const changes: Change[] = [flowGone(flow, record, world.settings)];
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
      if (left.registration !== read) changes.push(registrationChange(left.registration, bindings, world.now));
    }
  }
  return { ...nothing("flow-closed"), changes, timers };
}
