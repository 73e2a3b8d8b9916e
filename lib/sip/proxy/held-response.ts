// The responses to a request that was held (RFC 5626 §4.5): several copies of it may have arrived. Its sender gets those that its
// server transaction would let pass (RFC 3261 §17.2).
import { heldWith, withHeldState } from "../location/held-requests.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import { type Change, registrationChange } from "../state/change.ts";
import type { HeldRequest } from "../state/held-request.ts";
import type { Registration } from "../state/registration.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { SipResponse } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";

/** @param returned the response on its way to the sender */
export async function returnHeld(
  { message: { status }, essentials }: Incoming<SipResponse>,
  { aor = "" }: Endpoint,
  returned: Outcome,
  world: World,
): Promise<Outcome> {
  const { via, cseq } = essentials;
  const isInvite = cseq.method === "INVITE";
  const registration = registrationOf(await world.read({ registrations: [aor] }), aor);
  const held = heldWith(parameter(via.parameters, "branch") ?? "", registration);
  const state = held === undefined ? (isInvite ? "accepted" : "completed") : held.state;
  // A device repeats a 2xx to INVITE until its ACK comes (§13.3.1.4).
  const isFinished = state === "completed" || (state === "accepted" && (status < 200 || status >= 300));
  if (isFinished) return nothing("response-forgotten");
  if (held === undefined || state === "accepted" || (state === "proceeding" && status < 200)) return returned;
  const next = status < 200 ? "proceeding" : isInvite && status < 300 ? "accepted" : "completed";
  return { ...returned, changes: [heldAnswered(held, next, registration, world)] };
}

/**
 * The name of the request stays for as long as a device repeats a 2xx: another copy of the request may be answered in another
 * way, and a decision that has held the request and met a conflict must not send one more.
 */
export function heldAnswered(
  held: HeldRequest,
  state: NonNullable<HeldRequest["state"]>,
  registration: Registration,
  { now, settings }: Pick<World, "now" | "settings">,
): Change {
  const until = now + (state === "proceeding" ? settings.ringSeconds : TIMEOUT_SECONDS);
  return registrationChange(withHeldState(held, state, until, registration), registration.bindings, now);
}
