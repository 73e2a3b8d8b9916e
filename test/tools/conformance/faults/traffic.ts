// Tools that several faults share: they read, remember and change what passes.
import { tagIn } from "../sip/address.ts";
import { callIdOf, type SipMessage } from "../sip/message.ts";
import { asRequest, asResponse } from "./edit.ts";
import type { Wire } from "./faulty-server.ts";

export const CORE = new Set([
  "via",
  "from",
  "to",
  "call-id",
  "cseq",
  "max-forwards",
  "contact",
  "route",
  "record-route",
  "content-type",
  "content-length",
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "expires",
  "supported",
  "require",
  "unsupported",
  "date",
  "path",
  "service-route",
  "flow-timer",
  "min-expires",
  "proxy-require",
  "timestamp",
]);

export function isFinal(text: string, ...methods: readonly string[]): boolean {
  const response = asResponse(text, ...methods);
  return response !== undefined && response.status >= 200;
}

export function isInDialog(message: SipMessage | undefined): boolean {
  return message !== undefined && tagIn(message, "to") !== "";
}

export function never(): never {
  throw new Error("not a message");
}

/** Remembers the INVITE as it went to a phone. */
export function rememberInvite(text: string, wire: Wire): void {
  const invite = asRequest(text, "INVITE", "MESSAGE");
  if (invite !== undefined) wire.own.set(`request ${callIdOf(invite)}`, text);
}

/** Sends a text to all other phones of this check. */
export function toOthers(text: string, wire: Wire): void {
  for (const other of wire.others()) other.reply(text);
}
