// A closed connection: its bindings end with it (RFC 5626 §5.3), and so does its record.
import { nothing, type Outcome } from "../outcome.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";

export async function flowClosed(flow: FlowId, world: Pick<World, "read" | "now">): Promise<Outcome> {
  const { flows } = await world.read({ flows: [flow] });
  const record = flows.find((one) => one.flow === flow);
  if (record === undefined) return nothing("flow-unknown");

  const changes: Change[] = [{ kind: "flow gone", flow }];
  if (record.bound.length > 0) {
    const snapshot = await world.read({ registrations: record.bound });
    for (const aor of record.bound) {
      const registration = registrationOf(snapshot, aor);
      const remaining = registration.bindings.filter((binding) => binding.flow !== flow);
      if (remaining.length < registration.bindings.length) {
        changes.push(registrationChange(registration, remaining, world.now));
      }
    }
  }
  return { ...nothing("flow-closed"), changes };
}
