// Whether a user is in a call (RFC 3261 §21.4.18: not able to take additional calls). Flows and registrations know their tracked
// calls, but a call that has ended may still be among them, so the rows of the calls decide.
import { MAX_CALLS_READ } from "../policy/calls.ts";
import type { FlowRecord } from "../state/flow.ts";
import { isLive } from "../state/live.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import type { World } from "../world.ts";

/**
 * A call counts from its answer until its end. The calls of a device that has lost its connection count as long as it may come
 * back. Costs a read where the user has a device, and another one where a device has calls.
 */
export async function isInCall(registration: Registration, world: Pick<World, "read" | "now">): Promise<boolean> {
  const { calls } = await callsOf(registration, world);
  if (calls.length === 0) return false;
  if (calls.length > MAX_CALLS_READ) return true;
  const { contexts } = await world.read({ contexts: calls });
  return contexts.some((context) => isOpen(context, world.now));
}

/** The open connections of the user's devices, and the ids of their calls and of those of lost ones. */
export async function callsOf(
  registration: Registration,
  { read, now }: Pick<World, "read" | "now">,
): Promise<{ readonly flows: readonly FlowRecord[]; readonly calls: readonly string[] }> {
  const { away = [] } = registration;
  const ids = liveBindings(registration, now).map(({ flow }) => flow);
  const flows = ids.length === 0 ? [] : (await read({ flows: ids })).flows;
  const calls = [...flows, ...away.filter(({ until }) => until > now)].flatMap((one) => one.calls ?? []);
  // The process that closed one may have ended before it removed the binding.
  return { flows: flows.filter(({ closedAt }) => closedAt === undefined), calls };
}

function isOpen(context: ResponseContext, now: number): boolean {
  return context.call !== undefined && context.call.ended === undefined && isLive(context, now);
}
