// Texts (MESSAGE, RFC 3428), and the notifications that one has come (RFC 5438).
import type { NameAddrHeader, UA } from "jssip";
import { normalizeTarget } from "jssip/lib/Utils.js";
import {
  ASKS_FOR_DELIVERY,
  deliveredIn,
  hasWaited,
  IMDN,
  type IncomingText,
  notificationOf,
  wantsNotification,
} from "./delivery.ts";
import { request } from "./request.ts";
import { headerOf } from "./status.ts";

export interface TextListener {
  /** @param at when the text was written, in milliseconds of the epoch */
  reads(from: NameAddrHeader, text: string, at: number): void;
  /** A text that waited on the server has come to its receiver. */
  delivered(from: NameAddrHeader, id: string): void;
}

interface Message {
  reject(options: { readonly status_code: number; readonly extraHeaders: string[] }): void;
}

const PLAIN = "text/plain";

/** Resolves with the status of the final response, 0 without one. Throws a TypeError if `target` is not an address. */
export async function sendText(ua: UA, domain: string, target: string, text: string, id: string): Promise<number> {
  const uri = normalizeTarget(target, domain);
  if (uri === undefined) throw new TypeError(`${target} is not an address`);
  const { status } = await request(ua, {
    method: "MESSAGE",
    target: uri,
    fields: [`Content-Type: ${PLAIN}`, ASKS_FOR_DELIVERY],
    body: text,
    callId: id,
  });
  return status;
}

/** JsSIP accepts every MESSAGE that is not rejected here. RFC 3428 §7: 415 names the types that are shown. */
export function receiveText(ua: UA, message: Message, text: IncomingText, listener: TextListener): void {
  const type = /^[^;]*/
    .exec(headerOf(text, "Content-Type") ?? PLAIN)?.[0]
    .trim()
    .toLowerCase();
  const { from, body } = text;
  if (type === IMDN) {
    const id = deliveredIn(body);
    if (id !== undefined) listener.delivered(from, id);
    return;
  }
  if (type !== PLAIN) return message.reject({ status_code: 415, extraHeaders: [`Accept: ${PLAIN}, ${IMDN}`] });
  const now = Date.now();
  listener.reads(from, body, writtenAt(text, now));
  if (!wantsNotification(text)) return;
  const notification = notificationOf(headerOf(text, "Call-ID") ?? "", now);
  const fields = [`Content-Type: ${IMDN}`, "Content-Disposition: notification"];
  void request(ua, { method: "MESSAGE", target: from.uri, fields, body: notification });
}

/** The Date of a text that has waited (RFC 3428 §4); any other comes as it is written. A clock that is ahead does not count. */
function writtenAt(text: IncomingText, now: number): number {
  if (!hasWaited(text)) return now;
  const at = Date.parse(headerOf(text, "Date") ?? "");
  return Number.isNaN(at) ? now : Math.min(at, now);
}
