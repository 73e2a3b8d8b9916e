// Where a device is now (RFC 5626): its current flow, found by AOR and instance when the flow it had is gone.
import { type Binding, deviceOf, liveBindings } from "../state/registration.ts";
import { liveFlow, registrationOf, type Snapshot } from "../state/snapshot.ts";
import type { Endpoint, FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";

type Reader = Pick<World, "read" | "now">;

/** The endpoint on a flow, with the identity that authenticated there. Costs a read. */
export async function endpointOn(flow: FlowId, world: Reader): Promise<Endpoint> {
  const record = liveFlow(await world.read({ flows: [flow] }), flow, world.now);
  if (record === undefined) return { flow };
  const { identity: aor, instance } = record;
  return { flow, aor, ...(instance !== undefined && { instance }) };
}

/** The device is neither on the flow it had nor registered on another. Costs a read. */
export async function hasVanished({ flow, aor, instance }: Endpoint, world: Reader): Promise<boolean> {
  if (aor === undefined) return false; // without an identity there is nothing to look up
  const snapshot = await world.read({ flows: [flow], registrations: [aor] });
  if (liveFlow(snapshot, flow, world.now) !== undefined) return false;
  return !liveBindings(registrationOf(snapshot, aor), world.now).some(
    (binding) => binding.flow === flow || deviceOf(binding) === instance,
  );
}

/** "there": still on its flow. "gone": not registered any more. Otherwise the binding it came back with. */
export type Whereabouts = "there" | "gone" | Binding;

/** Costs a read. */
export async function whereIs(end: Endpoint, world: Reader): Promise<Whereabouts> {
  const { aor } = end;
  return aor === undefined ? "there" : whereIn(await world.read({ registrations: [aor] }), end, world.now);
}

/** @param snapshot with the registration of its user */
export function whereIn(
  snapshot: Pick<Snapshot, "registrations">,
  { aor, flow, instance }: Endpoint,
  now: number,
): Whereabouts {
  if (aor === undefined) return "there";
  const live = liveBindings(registrationOf(snapshot, aor), now);
  if (live.some((binding) => binding.flow === flow)) return "there";
  return live.find((binding) => deviceOf(binding) === instance) ?? "gone";
}
