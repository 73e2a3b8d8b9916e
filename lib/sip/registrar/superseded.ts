// Connections that a device has left without closing (RFC 5626 §6). A phone that moves from Wi-Fi to a mobile network
// registers on a new connection while API Gateway keeps the old one for up to ten minutes and reports no error for messages
// sent there. Closing the old one makes a delivery to it fail, and the message is sent to the new one.
//
// Two pages that share an instance by mistake would close each other in turn, for ever: each reconnects and registers again.
// A user agent keeps the Call-ID of its REGISTERs (RFC 3261 §10.2), so a binding remembers the Call-IDs it took over from,
// and a connection is not closed for a user agent that comes back after it was replaced.
import { registrationHash } from "../location/gruu.ts";
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { WantedContact } from "./contact.ts";
import { FAST_REPLACEMENT_SECONDS, MAX_REPLACED } from "../policy/bindings.ts";

/** The REGISTER that replaces bindings. */
interface By {
  readonly flow: FlowId;
  readonly callId: string;
  /** Epoch seconds. */
  readonly now: number;
}

/** Flows of the same instance and reg-id (RFC 5626 §6) other than the one of this REGISTER. */
export function supersededFlows(
  registration: Registration,
  contacts: readonly WantedContact[],
  by: By,
): readonly FlowId[] {
  const registered = new Set(contacts.map(deviceFlowOf).filter((key) => key !== undefined));
  const isReplaced = (binding: Binding) => {
    const key = deviceFlowOf(binding);
    return binding.flow !== by.flow && !isAlternating(binding, by) && key !== undefined && registered.has(key);
  };
  return [
    ...new Set(
      liveBindings(registration, by.now)
        .filter(isReplaced)
        .map(({ flow }) => flow),
    ),
  ];
}

/** Instance and reg-id as one key, so that contacts and bindings are not compared in pairs. */
function deviceFlowOf({ instance, regId }: Pick<Binding, "instance" | "regId">): string | undefined {
  return instance === undefined ? undefined : `${instance} ${regId ?? ""}`;
}

/** The user agent was replaced by this binding before, and is still there. */
function isAlternating({ callId, replaced = [], registeredAt }: Binding, by: By): boolean {
  if (callId === by.callId) return false; // the same user agent on another connection
  const isFast = replaced.length === MAX_REPLACED && registeredAt > by.now - FAST_REPLACEMENT_SECONDS;
  return isFast || replaced.includes(registrationHash(by.callId));
}

/** The Call-IDs that a new binding remembers: those of the bindings it replaces, and those that these remembered. */
export function replacedCallIds(old: readonly Binding[], by: By): readonly string[] {
  const taken = old.filter(
    ({ flow, callId, expiresAt }) => flow !== by.flow && callId !== by.callId && expiresAt > by.now,
  );
  const names = [
    ...old.flatMap(({ replaced = [] }) => replaced),
    ...taken.map(({ callId }) => registrationHash(callId)),
  ];
  return [...new Set(names)].slice(-MAX_REPLACED);
}
