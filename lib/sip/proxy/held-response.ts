// The responses to a request that was held (RFC 5626 §4.5): several copies of it may have arrived. Its sender gets those that its
// server transaction would let pass (RFC 3261 §17.2).
import { heldWith, withHeldState, withoutHeld } from "../location/held-requests.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import { registrationChange } from "../state/change.ts";
import type { HeldRequest } from "../state/held-request.ts";
import type { Registration } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { SipResponse } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";

/**
 * Without the held request a final response has passed, and only a 2xx to INVITE is repeated until its ACK comes (§13.3.1.4).
 * @param returned the response on its way to the sender
 */
export async function returnHeld(
  { message, essentials }: Incoming<SipResponse>,
  { aor = "" }: Endpoint,
  returned: Outcome,
  world: World,
): Promise<Outcome> {
  const { via, cseq } = essentials;
  const branch = parameter(via.parameters, "branch") ?? "";
  const isInvite = cseq.method === "INVITE";
  const registration = registrationOf(await world.read({ registrations: [aor] }), aor);
  const held = heldWith(branch, registration);
  if (held === undefined) return isInvite && message.status < 300 ? returned : nothing("response-forgotten");
  if (held.state === "completed") return nothing("response-forgotten");
  if (held.state === "proceeding" && message.status < 200) return returned;
  const next =
    message.status < 200
      ? withHeldState(held, "proceeding", world.now + world.settings.ringSeconds, registration)
      : finished(held, isInvite && message.status >= 300, registration, world.now);
  return { ...returned, changes: [registrationChange(next, registration.bindings, world.now)] };
}

/**
 * A request whose sender has its final response is forgotten. That of an INVITE which was refused is not yet: a 2xx to another
 * copy may follow, for as long as a device repeats it, and must not pass any more.
 */
export function finished(
  held: HeldRequest,
  isRefusedInvite: boolean,
  registration: Registration,
  now: number,
): Registration {
  return isRefusedInvite
    ? withHeldState(held, "completed", now + TIMEOUT_SECONDS, registration)
    : withoutHeld(held.branch, registration);
}
