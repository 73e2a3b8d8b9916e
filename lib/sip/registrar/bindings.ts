// The update of an AOR's bindings by a REGISTER (RFC 3261 §10.3 step 7, RFC 5626 §6): complete, or not at all.
import { isLive } from "../state/live.ts";
import { withoutPushAddress } from "../state/push-address.ts";
import type { Binding } from "../state/registration.ts";
import { field } from "../syntax/message.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { Settings } from "../policy/settings.ts";
import { createBindingTable, flowKeyOf } from "./binding-table.ts";
import type { WantedContact } from "./contact.ts";
import { grantExpiry } from "../policy/expiry.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import { replacedCallIds } from "./superseded.ts";
import { LATE_REGISTER_SECONDS } from "../policy/bindings.ts";

/** The request that changes them. */
export interface RegisterRequest {
  readonly flow: FlowId;
  readonly callId: string;
  readonly cseq: number;
  /** Path values, topmost first; none for a client that is connected to this server. */
  readonly path: readonly string[];
  /** Epoch seconds. */
  readonly now: number;
  /** Of its connection, in epoch milliseconds. */
  readonly connectedAt?: number;
}

export type Updated =
  | { readonly ok: true; readonly bindings: readonly Binding[] }
  | { readonly ok: false; readonly reply: Reply };

export function updateBindings(
  bindings: readonly Binding[],
  contacts: readonly WantedContact[],
  by: RegisterRequest,
  settings: Settings,
): Updated {
  const table = createBindingTable(bindings);
  const moved = flowsWithNewContact(contacts, settings);
  for (const contact of contacts) {
    const expiry = grantExpiry(contact.expires, settings.registration);
    if (expiry.kind === "too brief") {
      return refuse(refusal("interval-too-brief", { fields: [field("Min-Expires", expiry.minExpires)] }));
    }
    const isRemoval = expiry.seconds === 0;
    const old = table.matching(contact, isRemoval && moved.has(flowKeyOf(contact)));
    const stored = old.filter(table.isStored); // the others were added by this very request
    if (stored.some((binding) => isDone(binding, contact, expiry.seconds, by))) continue;
    if (stored.some((binding) => isOutOfOrder(binding, by))) return refuse(refusal("cseq-out-of-order"));
    if (stored.some((binding) => isOvertaken(binding, by))) return refuse(refusal("newer-connection"));
    for (const binding of old) table.remove(binding);
    const [last] = old.slice(-1);
    if (!isRemoval) table.add(toBinding(contact, expiry.seconds, by, old));
    else if (last !== undefined) table.add(endedBy(last, by));
  }
  const updated = table.all();
  const count = countLive(updated, by.now);
  if (count <= settings.maxBindings || count <= countLive(bindings, by.now)) return { ok: true, bindings: updated };
  if (settings.whenFull === "refuse") return refuse(refusal("too-many-bindings"));
  const replaced = oldest(updated.filter(table.isStored), count - settings.maxBindings, by.now);
  // More contacts in one request than may be registered do not replace each other.
  if (count - replaced.size > settings.maxBindings) return refuse(refusal("too-many-bindings"));
  return { ok: true, bindings: updated.map((binding) => (replaced.has(binding) ? endedBy(binding, by) : binding)) };
}

/** Refreshed least recently. */
function oldest(bindings: readonly Binding[], count: number, now: number): ReadonlySet<Binding> {
  const live = bindings.filter((binding) => isLive(binding, now));
  return new Set(live.toSorted((a, b) => a.registeredAt - b.registeredAt).slice(0, count));
}

/** §10.3 step 6: removes all, unless a newer request of the same client was stored before. */
export function removeAllBindings(bindings: readonly Binding[], by: RegisterRequest): Updated {
  if (bindings.some((binding) => isOutOfOrder(binding, by) && !isRemoved(binding, by)))
    return refuse(refusal("cseq-out-of-order"));
  return { ok: true, bindings: bindings.map((binding) => endedBy(binding, by)) };
}

function countLive(bindings: readonly Binding[], now: number): number {
  return bindings.filter((binding) => isLive(binding, now)).length;
}

/** Ends now and is remembered for a while: its CSeq shows which requests come too late. No push wakes it any more. */
function endedBy(binding: Binding, { now, callId, cseq }: RegisterRequest): Binding {
  return {
    ...binding,
    contact: withoutPushAddress(binding.contact),
    expiresAt: Math.min(binding.expiresAt, now),
    ...(binding.callId === callId && { cseq }),
  };
}

/**
 * Flows of devices that get a contact by this request. A phone that moved names its old contact beside the new one, with an
 * expiry of zero: that removes the old contact, in whichever order they stand, and not the flow's new one.
 */
function flowsWithNewContact(contacts: readonly WantedContact[], { registration }: Settings): ReadonlySet<unknown> {
  const isNew = ({ expires = registration.default }: WantedContact) => expires > 0;
  return new Set(contacts.filter(isNew).map(flowKeyOf));
}

/** Requests of one client are ordered by CSeq; API Gateway does not order the events of a connection. */
function isOutOfOrder(binding: Binding, by: RegisterRequest): boolean {
  return binding.callId === by.callId && by.cseq <= binding.cseq;
}

/**
 * The binding is on a connection that was opened later, and so recently that the request may have been on its way since
 * before. CSeq orders only the requests of one Call-ID, and a page that was loaded again begins another one (§10.2).
 */
function isOvertaken({ flow, connectedAt, registeredAt }: Binding, by: RegisterRequest): boolean {
  const isNewer = flow !== by.flow && connectedAt !== undefined && (by.connectedAt ?? Infinity) < connectedAt;
  return isNewer && by.now - registeredAt <= LATE_REGISTER_SECONDS;
}

/** A retransmission (§17.2.2): the same request has stored its result already. */
function isDone(binding: Binding, { contact, q }: WantedContact, seconds: number, by: RegisterRequest): boolean {
  if (seconds === 0) return isRemoved(binding, by);
  const isSame = binding.contact === contact && binding.q === q && binding.flow === by.flow;
  return isSame && isLive(binding, by.now) && binding.callId === by.callId && binding.cseq === by.cseq;
}

function isRemoved(binding: Binding, { callId, cseq, now }: RegisterRequest): boolean {
  return binding.expiresAt <= now && binding.callId === callId && binding.cseq === cseq;
}

function toBinding(
  { contact, q, instance, regId, wakesItself }: WantedContact,
  seconds: number,
  by: RegisterRequest,
  old: readonly Binding[],
): Binding {
  const replaced = replacedCallIds(old, by);
  return {
    contact,
    flow: by.flow,
    ...(instance !== undefined && { instance }),
    ...(regId !== undefined && { regId }),
    q,
    registeredAt: by.now,
    expiresAt: by.now + seconds,
    ...(by.path.length > 0 && { path: by.path }),
    callId: by.callId,
    cseq: by.cseq,
    ...(wakesItself && { wakesItself }),
    ...(by.connectedAt !== undefined && { connectedAt: by.connectedAt }),
    ...(replaced.length > 0 && { replaced }),
  };
}

function refuse(reply: Reply): Updated {
  return { ok: false, reply };
}
