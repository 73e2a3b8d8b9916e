// Connections that a device has left without closing (RFC 5626 §6). A phone that moves from Wi-Fi to a mobile network registers on a new
// connection while the gateway keeps the old one for up to ten minutes and swallows what is sent there. Closing the old one
// makes a delivery to it fail, and the message is sent to the new one.
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { WantedContact } from "./contact.ts";

/** Two pages that share an instance by mistake must not close each other in turn: a binding younger than this stays. */
const YOUNG_SECONDS = 30;

/** Flows of the same instance and reg-id (RFC 5626 §6) other than the one of this REGISTER. */
export function supersededFlows(
  registration: Registration,
  contacts: readonly WantedContact[],
  flow: FlowId,
  now: number,
): readonly FlowId[] {
  const isReplaced = (binding: Binding) =>
    binding.flow !== flow &&
    binding.registeredAt <= now - YOUNG_SECONDS &&
    contacts.some(
      ({ instance, regId }) => instance !== undefined && instance === binding.instance && regId === binding.regId,
    );
  return [
    ...new Set(
      liveBindings(registration, now)
        .filter(isReplaced)
        .map((binding) => binding.flow),
    ),
  ];
}
