// Storing a MESSAGE for a user without a device (RFC 3428 §7: a relay answers 202): the registration says that messages wait, and
// then the message is stored. Nothing is stored beyond the limits.
import { NOTIFICATION_SHARE, ROW_SECONDS, STORING_SECONDS } from "../policy/messages.ts";
import { type Change, registrationChange } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import type { WaitingMessages } from "../state/stored-message.ts";
import type { Aor } from "../syntax/aor.ts";
import { serialize } from "../syntax/serialize.ts";
import { hashOf } from "../tokens/hash.ts";
import type { World } from "../world.ts";
import { entryOf, idOf, senderMarkOf, storedAt } from "./entry.ts";
import { IMDN, isOfType, keptUntil, storedText, type TextMessage } from "./storable.ts";

export type Kept =
  /** Without changes: it was stored before. */
  | { readonly kind: "kept"; readonly id: string; readonly expiresAt: number; readonly changes: readonly Change[] }
  | { readonly kind: "refused"; readonly why: "message-too-long" | "mailbox-full" };

/** Undefined for a MESSAGE that is not stored. @param registration of the receiver */
export function keepMessage(
  text: TextMessage,
  sender: Aor,
  registration: Registration,
  world: Pick<World, "now" | "settings">,
): Kept | undefined {
  const { now, settings } = world;
  const { longest, perReceiver, perSender, keepSeconds } = settings.messages;
  const expiresAt = keptUntil(text, world);
  if (expiresAt === undefined) return undefined;
  const message = serialize(storedText(text, now));
  if (message.length > longest) return { kind: "refused", why: "message-too-long" };

  const { aor, messages } = registration;
  const entries = messages?.entries ?? [];
  const mark = markOf(text, sender);
  const from = senderMark(sender);
  // The same request again: it is stored in the place of the first for as long as that may not have been stored.
  const known = entries.find((entry) => idOf(entry).endsWith(`-${mark}`));
  if (known === undefined) {
    const share = isOfType(text.request, IMDN) ? NOTIFICATION_SHARE : 1;
    const isFull = entries.length >= perReceiver * share;
    const isMuch = entries.filter((entry) => senderMarkOf(entry) === from).length >= perSender * share;
    if (isFull || isMuch) return { kind: "refused", why: "mailbox-full" };
  }
  if (known !== undefined && storedAt(known) <= now - STORING_SECONDS) {
    return { kind: "kept", id: idOf(known), expiresAt, changes: [] };
  }
  const id = known === undefined ? newId(now, entries.length, mark) : idOf(known);
  const until = Math.max(now + keepSeconds + ROW_SECONDS, messages?.until ?? 0);
  const waiting: WaitingMessages = {
    ...messages,
    entries: known === undefined ? [...entries, entryOf(id, from)] : entries,
    storedAt: now,
    until,
  };
  const announced = registrationChange({ ...registration, messages: waiting }, registration.bindings, now);
  return {
    kind: "kept",
    id,
    expiresAt,
    changes: [announced, { kind: "message", message: { aor, id, message, expiresAt } }],
  };
}

/** Time, and within a second the order of storing. */
function newId(now: number, place: number, mark: string): string {
  return `${now.toString(36).padStart(8, "0")}${place.toString(36).padStart(4, "0")}-${mark}`;
}

/** The same request of the same sender has the same (RFC 3261 §8.2.2.2), whichever way it came. */
function markOf({ essentials: { callId, fromTag = "", cseq } }: TextMessage, sender: Aor): string {
  return hashOf([callId, fromTag, cseq.number, sender], 12);
}

function senderMark(sender: Aor): string {
  return hashOf([sender], 6);
}
