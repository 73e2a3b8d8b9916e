// The stored part of a MESSAGE (RFC 3428 §7), and the texts that are not stored: a sign that its sender is typing (RFC 3994),
// and one that is over when it comes (RFC 3428 §4, Expires).
import { parseDate, serializeDate } from "../syntax/date.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { decode, decodedValue } from "../syntax/header-table.ts";
import { field, header, type SipRequest, withFields, withOnly } from "../syntax/message.ts";
import type { World } from "../world.ts";

/** A MESSAGE as it came in or was sent on. */
export interface TextMessage {
  readonly request: SipRequest;
  readonly essentials: Essentials;
}

/** Epoch seconds until which it is worth delivering; undefined if it is not stored. */
export function keptUntil(
  { request, essentials }: TextMessage,
  world: Pick<World, "now" | "settings">,
): number | undefined {
  const { now, settings } = world;
  const { keepSeconds } = settings.messages;
  const isText = request.method === "MESSAGE" && essentials.toTag === undefined && !isOfType(request, COMPOSING);
  if (keepSeconds === 0 || !isText) return undefined;
  const seconds = decodedValue(decode(request, "Expires")) ?? keepSeconds;
  // §4: Expires counts from Date. A clock that is ahead does not prolong it.
  const sentAt = Math.min(parseDate(header(request, "date") ?? "") ?? now, now);
  const until = Math.min(sentAt + seconds, now + keepSeconds);
  return until > now ? until : undefined;
}

/** A notification that a text has come or was read (RFC 5438 §11). */
export const IMDN = "message/imdn+xml";

const COMPOSING = "application/im-iscomposing+xml";

/**
 * Whether the content has this type, by itself or wrapped in CPIM (RFC 3862 §2: the headers of the message, and after an
 * empty line those of its content). @param wanted in lower case
 */
export function isOfType(request: SipRequest, wanted: string): boolean {
  const type = decodedValue(decode(request, "Content-Type"))?.value.toLowerCase();
  if (type !== "message/cpim") return type === wanted;
  const heads = request.body.split(/\r?\n\r?\n/, 2).join("\n");
  return heads.split(/\r?\n/).some((line) => CONTENT_TYPE.test(line) && line.toLowerCase().includes(wanted));
}

const CONTENT_TYPE = /^content-type:/i;

/** Fields that the delivery writes again, and one that means nothing to the receiver. */
const LEFT_OUT = new Set(["via", "route", "max-breadth"]);

/** The body and every other field stay as their sender wrote them; a missing Date is the present (RFC 3428 §4). */
export function storedText({ request, essentials }: TextMessage, now: number): SipRequest {
  const { maxForwards = 70 } = essentials;
  const kept = withFields(
    request,
    request.fields.filter(({ name }) => !LEFT_OUT.has(name)),
  );
  const counted = withOnly(kept, field("Max-Forwards", Math.max(0, maxForwards - 1)));
  return header(counted, "date") === undefined ? withOnly(counted, field("Date", serializeDate(now))) : counted;
}
