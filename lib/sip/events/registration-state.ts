// The part of a state that follows from a registration (RFC 3856 §6.11, RFC 3680 §4.7): the user is reachable or not, or its
// bindings.
import { liveBindings, type Registration } from "../state/registration.ts";
import type { Publication, ResourceState } from "../state/resource-state.ts";
import { type Listing, withContacts } from "./contact-list.ts";
import type { EventPackage } from "./event-package.ts";

/** The state after the registration. The same object if the registration changes nothing in it. */
export function withRegistration(
  state: ResourceState,
  registration: Registration,
  { sources }: Pick<EventPackage, "sources">,
  world: Listing,
): ResourceState {
  if (sources.registration === "bindings") return withContacts(state, registration, world);
  return sources.registration === "reachability" ? withReachability(state, registration, world.now) : state;
}

function withReachability(state: ResourceState, registration: Registration, now: number): ResourceState {
  const isRegistered = liveBindings(registration, now).length > 0;
  if (isRegistered === state.isRegistered) return state;
  const wasKnown = state.isRegistered !== undefined || registration.bindings.length > 0;
  if (!isRegistered && !wasKnown) return state;
  const publications = state.publications.map((one) =>
    state.isRegistered === undefined ? one : marked(one, isRegistered),
  );
  return { ...state, isRegistered, publications };
}

/** A document that a device published says nothing once the user has left, and counts again when a device is back. */
function marked({ isDormant: _before, ...publication }: Publication, isRegistered: boolean): Publication {
  return isRegistered ? publication : { ...publication, isDormant: true };
}
