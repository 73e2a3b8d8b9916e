// The bindings of a user, as the state of its registration reports them (RFC 3680 §4.7.2).
import { temporaryGruu } from "../location/gruu.ts";
import { MAX_LIST_SIZE } from "../policy/events.ts";
import { realmOf } from "../policy/settings.ts";
import { isActive, type ListedContact } from "../state/listed-contact.ts";
import { withoutPushAddress } from "../state/push-address.ts";
import { type Binding, liveBindings, type Registration } from "../state/registration.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { hashOf } from "../tokens/hash.ts";
import type { World } from "../world.ts";
import { latest } from "./latest.ts";

export type Listing = Pick<World, "now" | "settings" | "keys" | "random">;

/** The state with the bindings as they are now. The same object if they are in it already. */
export function withContacts(state: ResourceState, registration: Registration, world: Listing): ResourceState {
  const { contacts = [], ...rest } = state;
  const before = contacts.filter(isActive);
  const live = liveBindings(registration, world.now).map((binding) => {
    return listed(
      binding,
      before.find(({ id }) => id === nameOf(binding)),
      registration,
      world,
    );
  });
  const isThere = new Set(live.map(({ id }) => id));
  // One that has ended is reported once, and stays where the report of its end is held back.
  const unreported = state.heldUntil === undefined ? [] : contacts.filter((one) => !isActive(one));
  const ended = before
    .filter(({ id }) => !isThere.has(id))
    .map((contact) => over(contact, endOf(contact, live, registration, world.now)));
  const room = { entries: 2 * world.settings.maxBindings, octets: MAX_LIST_SIZE };
  const active = latest(live, room);
  const isSame = active.length === before.length && active.every((contact) => before.includes(contact));
  if (isSame && ended.length === 0) return state;
  const next = latest([...unreported, ...ended, ...active], room);
  return { ...rest, ...(next.length > 0 && { contacts: next }) };
}

/** The same object if nothing has happened to the binding since. */
function listed(
  binding: Binding,
  known: ListedContact | undefined,
  { aor }: Registration,
  world: Listing,
): ListedContact {
  const { contact, q, expiresAt, callId, cseq, instance, regId } = binding;
  const isKept = known?.callId === callId;
  if (isKept && known.cseq === cseq && known.expiresAt === expiresAt && known.q === q) return known;
  const isNew = !isKept && instance !== undefined;
  const gruu = isNew
    ? { temporaryGruu: temporaryGruu(aor, binding, realmOf(world), world.random(), world.keys), gruuCseq: cseq }
    : { temporaryGruu: known?.temporaryGruu, gruuCseq: known?.gruuCseq };
  return {
    id: nameOf(binding),
    uri: withoutPushAddress(contact),
    event: known === undefined ? "registered" : "refreshed",
    q,
    expiresAt,
    callId,
    cseq,
    ...(instance !== undefined && { instance }),
    ...(regId !== undefined && { regId }),
    ...(gruu.temporaryGruu !== undefined && { temporaryGruu: gruu.temporaryGruu }),
    ...(gruu.gruuCseq !== undefined && { gruuCseq: gruu.gruuCseq }),
  };
}

function over(contact: ListedContact, event: ListedContact["event"]): ListedContact {
  return { ...contact, event };
}

/** A device keeps its URI, its instance and its reg-id when it refreshes; the address of its push service may be another one. */
function nameOf({ contact, instance, regId }: Binding): string {
  return hashOf([withoutPushAddress(contact), instance ?? "", regId ?? ""], 12);
}

/**
 * A binding that was removed by a REGISTER is remembered with the time of that for a while, and one that the device has
 * replaced has a successor. Without either, its connection was lost: the device should register again at once, which is the
 * meaning of `deactivated`.
 */
function endOf(
  { id, expiresAt, instance, regId }: ListedContact,
  live: readonly ListedContact[],
  { bindings }: Registration,
  now: number,
): ListedContact["event"] {
  const remembered = bindings.find((binding) => nameOf(binding) === id);
  if (remembered !== undefined && remembered.expiresAt < expiresAt) return "unregistered";
  if (expiresAt <= now) return "expired";
  const isReplaced = instance !== undefined && live.some((one) => one.instance === instance && one.regId === regId);
  return remembered !== undefined || isReplaced ? "unregistered" : "deactivated";
}
