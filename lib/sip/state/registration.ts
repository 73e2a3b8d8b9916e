// The bindings of an AOR (RFC 3261 §10, RFC 5626 §6).
import type { FlowId } from "../transport/endpoint.ts";
import type { Aor } from "../syntax/aor.ts";
import { hashOf } from "../tokens/hash.ts";
import type { AwayCalls } from "./away-calls.ts";
import type { HeldRequest } from "./held-request.ts";
import { isLive } from "./live.ts";
import { withoutPushAddress } from "./push-address.ts";
import type { WaitingCall } from "./waiting-call.ts";
import type { WaitingMessages } from "./stored-message.ts";

export interface Binding {
  /** Contact URI as the device wrote it; opaque to the server, the flow is its address (RFC 7118 §5). */
  readonly contact: string;
  readonly flow: FlowId;
  /** `+sip.instance` without quotes and angle brackets (RFC 5626 §4.1). */
  readonly instance?: string;
  /** `reg-id` (RFC 5626 §4.2). */
  readonly regId?: number;
  /** Preference in thousandths, 0 to 1000 (§20.10). */
  readonly q: number;
  /** Epoch seconds of the REGISTER that made it what it is. */
  readonly registeredAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** URIs to go through on the way to the contact (RFC 3327), as Route values. */
  readonly path?: readonly string[];
  readonly callId: string;
  readonly cseq: number;
  /** It refreshes its registration without a push (`+sip.pnsreg`, RFC 8599 §4.1.4). */
  readonly wakesItself?: true;
  /** When the connection of the flow was opened (epoch milliseconds), where the platform reports it. */
  readonly connectedAt?: number;
  /** Call-IDs, hashed, of the user agents with this instance that it was taken from (`registrar/superseded.ts`). */
  readonly replaced?: readonly string[];
}

/**
 * Identifies a device among those of its user, on whichever flow it is: its instance. SIP.js sends none unless configured
 * to; such a device is known by its contact, because the same contact on another flow is the same binding (RFC 3261 §10.3
 * step 7).
 */
export function deviceOf({ instance, contact }: Pick<Binding, "instance" | "contact">): string {
  return instance ?? `contact:${hashOf([withoutPushAddress(contact)], 16)}`;
}

/** All bindings of one AOR: they succeed or fail together (§10.3), so they are stored as one. */
export interface Registration {
  readonly aor: Aor;
  /** Version of the stored row; 0 before the first write. */
  readonly version: number;
  readonly bindings: readonly Binding[];
  /** Requests that wait for one of the devices. */
  readonly held?: readonly HeldRequest[];
  /** Calls of devices that have lost their connection. */
  readonly away?: readonly AwayCalls[];
  /** Devices without a connection that a push can wake; `expiresAt` is the end of that. */
  readonly asleep?: readonly Binding[];
  /** Ringing calls that a device joins when it registers. */
  readonly waiting?: readonly WaitingCall[];
  /** Messages wait for one of the devices. */
  readonly messages?: WaitingMessages;
  /** Event packages in which the AOR has, or had a moment ago, a subscription to its state. */
  readonly watched?: readonly string[];
}

/** Seconds for which an ended binding is remembered, so that a late request does not bring it back. */
const MEMORY_SECONDS = 60;

/**
 * The live bindings, and of those that ended just now the `most` that ended last. The bound keeps a phone that makes up
 * contacts and removes them from growing a row that every call to its user reads.
 */
export function rememberedBindings(bindings: readonly Binding[], most: number, now: number): readonly Binding[] {
  const ended = bindings.filter(({ expiresAt }) => expiresAt <= now && expiresAt > now - MEMORY_SECONDS);
  const kept = new Set(
    ended
      .toReversed()
      .toSorted((a, b) => b.expiresAt - a.expiresAt)
      .slice(0, most),
  );
  return bindings.filter((binding) => isLive(binding, now) || kept.has(binding));
}

/** The reader decides on expiry: a binding past its time counts as absent although its row still exists. */
export function liveBindings(
  registration: Registration | Pick<Registration, "bindings">,
  now: number,
): readonly Binding[] {
  return registration.bindings.filter((binding) => isLive(binding, now));
}

/** The live binding of a device, by `deviceOf`. */
export function bindingOf(
  registration: Pick<Registration, "bindings">,
  device: string | undefined,
  now: number,
): Binding | undefined {
  return liveBindings(registration, now).find((binding) => deviceOf(binding) === device);
}

/**
 * RFC 5626 §7: of the flows of one instance only the newest is tried. An older one is found when the newest is gone
 * (`proxy/undelivered.ts`).
 */
export function newestOfEach(bindings: readonly Binding[]): readonly Binding[] {
  const newest = new Map<string, Binding>();
  for (const binding of bindings) {
    const { instance, registeredAt } = binding;
    if (instance === undefined) continue;
    const known = newest.get(instance);
    if (known === undefined || registeredAt >= known.registeredAt) newest.set(instance, binding);
  }
  return bindings.filter((binding) => binding.instance === undefined || newest.get(binding.instance) === binding);
}

/** Those of the `most` devices that connected last. Without a limit all. */
export function latestDevices(bindings: readonly Binding[], most = Infinity): readonly Binding[] {
  const since = ({ connectedAt, registeredAt }: Binding) => connectedAt ?? registeredAt * 1000;
  const latest = new Set(bindings.toSorted((one, other) => since(other) - since(one)).slice(0, most));
  return bindings.filter((binding) => latest.has(binding));
}
