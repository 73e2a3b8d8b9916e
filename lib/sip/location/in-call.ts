// Whether a user is in a call (RFC 3261 §21.4.18: not able to take additional calls). Flows and registrations know their tracked
// calls, but a call that has ended may still be among them, so the rows of the calls decide.
import { MAX_CALLS_READ } from "../policy/calls.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import type { ResponseContext } from "../state/response-context.ts";
import type { World } from "../world.ts";

/**
 * A call counts from its answer until its end. The calls of a device that has lost its connection count as long as it may come
 * back. Costs a read where the user has a device, and another one where a device has calls.
 */
export async function isInCall(
  registration: Registration,
  { read, now }: Pick<World, "read" | "now">,
): Promise<boolean> {
  const { away = [] } = registration;
  const flows = liveBindings(registration, now).map(({ flow }) => flow);
  const records = flows.length === 0 ? [] : (await read({ flows })).flows;
  const calls = [...records, ...away.filter(({ until }) => until > now)].flatMap(({ calls: ids = [] }) => ids);
  if (calls.length === 0) return false;
  if (calls.length > MAX_CALLS_READ) return true;
  const { contexts } = await read({ contexts: calls });
  return contexts.some((context) => isOpen(context, now));
}

function isOpen({ call, expiresAt }: ResponseContext, now: number): boolean {
  return call !== undefined && call.ended === undefined && expiresAt > now;
}
