// Delivery notifications (RFC 5438) for texts that waited on the server: the 202 of such a text is not the receiver's. A text
// stays plain, because the phones that cannot read CPIM would show its head: the request is a field of the MESSAGE with the
// name and value of §6.2's, and the Call-ID is the Message-ID. The notification has the type and the body of §11.
import type { NameAddrHeader } from "jssip";
import { headerOf } from "./status.ts";

export const IMDN = "message/imdn+xml";

/** Header field of a text. */
export const ASKS_FOR_DELIVERY = "Disposition-Notification: positive-delivery";

/** An incoming MESSAGE, as far as it is read. */
export interface IncomingText {
  readonly from: NameAddrHeader;
  readonly body: string;
  getHeader(name: string): string | undefined;
  getHeaders(name: string): readonly unknown[];
}

/** Whether this text was stored: it comes in a request of the server, whose only Via is the server's. */
export function hasWaited(text: IncomingText): boolean {
  return text.getHeaders("Via").length === 1;
}

/**
 * Whether the sender wants to know that this text has come. A text that its sender's own request brought was confirmed by the
 * 200.
 */
export function wantsNotification(text: IncomingText): boolean {
  const wishes = headerOf(text, "Disposition-Notification") ?? "";
  return /\bpositive-delivery\b/.test(wishes) && hasWaited(text);
}

/** @param at milliseconds of the epoch */
export function notificationOf(messageId: string, at: number): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<imdn xmlns="urn:ietf:params:xml:ns:imdn">',
    `<message-id>${escaped(messageId)}</message-id>`,
    `<datetime>${new Date(at).toISOString()}</datetime>`,
    "<delivery-notification><status><delivered/></status></delivery-notification>",
    "</imdn>\n",
  ].join("\n");
}

/** The text that this notification says was delivered, undefined if it says another thing. */
export function deliveredIn(notification: string): string | undefined {
  if (!/<(?:[\w-]+:)?delivered\s*\/>/.test(notification)) return undefined;
  const [, id] = /<(?:[\w-]+:)?message-id\s*>([^<]*)</.exec(notification) ?? [];
  return id === undefined ? undefined : unescaped(id.trim());
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;" } as const;

function escaped(text: string): string {
  return Object.entries(entities).reduce((escaped, [one, entity]) => escaped.replaceAll(one, entity), text);
}

function unescaped(text: string): string {
  return Object.entries(entities).reduceRight((plain, [one, entity]) => plain.replaceAll(entity, one), text);
}
