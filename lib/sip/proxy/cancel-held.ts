// A CANCEL for an INVITE within a dialog that is still held (RFC 3261 §16.10): its device has never seen it, so this server
// answers both (§9.2), and the device does not get the INVITE when it returns.
import { heldWith, readHeld, withHeldState } from "../location/held-requests.ts";
import type { Send } from "../effect.ts";
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { Registration } from "../state/registration.ts";
import { parameter } from "../syntax/parameters.ts";
import { topViaOf } from "../transport/top-via.ts";
import type { World } from "../world.ts";
import { responseToSender } from "./transport-error.ts";

/** @param failed not delivered, because its device has no connection */
export function cancelHeld(
  { message: cancel, to }: Send,
  registration: Registration,
  world: World,
): { readonly registration: Registration; readonly sends: readonly Send[] } | undefined {
  if (cancel.kind !== "request" || cancel.method !== "CANCEL") return undefined;
  const held = heldWith(parameter(topViaOf(cancel)?.parameters ?? [], "branch") ?? "", registration);
  const invite = held && readHeld(held);
  if (held === undefined || invite === undefined || held.sentOn !== undefined) return undefined;
  const answers = [responseToSender(to, cancel, 200, world), responseToSender(to, invite, 487, world)];
  return {
    registration: withHeldState(held, "completed", world.now + TIMEOUT_SECONDS, registration),
    sends: answers.filter((one) => one !== undefined),
  };
}
