// Connections a device has left without a word. A phone that walks from Wi-Fi to a mobile network registers on a new
// connection while the gateway still believes in the old one, for up to ten minutes, and swallows what is sent there. So
// the old one is closed: then what is sent to it fails, and finds its way to the new one.
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { WantedContact } from "./contact.ts";

/** Two pages that share an instance by mistake must not close each other in turns: who registered just now stays. */
const YOUNG_SECONDS = 30;

/** Flows of the same instance and reg-id (RFC 5626 §6) that are not the one it registers on now. */
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
