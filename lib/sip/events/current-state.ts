// The state of a resource at a SUBSCRIBE (RFC 6665 §4.2.1.2): as it is stored, with the registration. Without a watcher it
// was not kept up to date with calls, so then these are read, and marked, so that they are reported from now on.
import { callsOf } from "../location/in-call.ts";
import { MAX_CALLS_READ } from "../policy/calls.ts";
import type { Change } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import type { Registration } from "../state/registration.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { World } from "../world.ts";
import { watchedCall, withCalls } from "./call-state.ts";
import type { Listing } from "./contact-list.ts";
import type { EventPackage } from "./event-package.ts";
import { withRegistration } from "./registration-state.ts";
import { withWatcherList } from "./watcher-list.ts";

export interface Current {
  readonly state: ResourceState;
  /** For the first watcher: the connections and calls of the user say that it is watched. */
  readonly marks: readonly Change[];
}

/** Costs a read where the user is not watched and has a device, and another one where a device has calls. */
export async function currentState(
  stored: ResourceState,
  registration: Registration,
  eventPackage: EventPackage,
  owner: Subscriber | undefined,
  world: Pick<World, "read"> & Listing,
): Promise<Current> {
  const { event, sources } = eventPackage;
  const { aor, watched, waiting = [] } = registration;
  const registered = withRegistration(stored, registration, eventPackage, world);
  const state = await withWatcherList(registered, eventPackage, owner, world);
  if (sources.calls === undefined || watched?.includes(event) === true) return { state, marks: [] };
  const { flows, calls } = await callsOf(registration, world);
  const ids = [...calls.slice(0, MAX_CALLS_READ), ...waiting.map(({ call }) => call)];
  const read = ids.length === 0 ? [] : (await world.read({ contexts: ids })).contexts;
  const contexts = read.filter((context) => isLive(context, world.now));
  const { resource } = stored;
  const ofUser = contexts.filter((context) => watchedCall(context, aor, "all") !== undefined);
  return {
    state: withCalls(state, contexts, aor, sources.calls),
    marks: [
      ...flows.map(({ flow, calls: known = [] }): Change => ({ kind: "flow watched", flow, event, calls: known })),
      ...ofUser.map(({ id }): Change => ({ kind: "call watched", context: id, resource })),
    ],
  };
}
