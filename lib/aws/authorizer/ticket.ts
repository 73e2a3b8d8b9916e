// Tickets for clients that cannot hold a token. The app's backend, which knows its user, signs one with the
// deployment's secret; it opens one connection within a minute.
//
//   <expiry, epoch seconds>.<random>.<AOR in base64url>.<signature>
//
// The signature is HMAC-SHA-256 with the secret's `current` (for an hour after `since`, its `previous`) over "ticket",
// a line feed and the text before the last dot; the first 22 characters of its base64url.
import { randomBytes } from "node:crypto";
import { type Aor, aorOf } from "../../sip/syntax/aor.ts";
import { parseUri } from "../../sip/syntax/uri.ts";
import { sign, type SigningKeys, verify } from "../../sip/tokens/signature.ts";
import { parseSigningSecret } from "../secrets-manager/signing-secret.ts";

export interface Ticket {
  /** Unique; a redeemed ticket is remembered by it. */
  readonly id: string;
  readonly aor: Aor;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Seconds from the creation of a ticket to the opened connection. */
const LIFETIME_SECONDS = 60;
/** Seconds that the backend's clock may be ahead of this one. */
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Makes a ticket: a text that opens one connection of a user within 60 seconds, as `?ticket=…` in the URL of the WebSocket.
 * Throws a TypeError if the secret contains no key or the AOR is malformed.
 *
 * @param secret value of the deployment's signing secret, as Secrets Manager gives it (`SecretString`)
 * @param aor the user: `sip:user@domain`
 * @param now epoch seconds
 *
 * @example
 * const ticket = createTicket(SecretString, "sip:alice@example.com", Date.now() / 1000);
 */
export function createTicket(secret: string, aor: string, now: number): string {
  const uri = parseUri(aor);
  if (uri === undefined || aorOf(uri) !== aor) throw new TypeError("no address-of-record: write sip:user@domain");
  const content = `${Math.floor(now) + LIFETIME_SECONDS}.${randomBytes(12).toString("base64url")}.${encode(aor)}`;
  return `${content}.${sign("ticket", content, parseSigningSecret(secret)(now))}`;
}

/** Undefined if it was not signed here, has expired, or is valid for longer than a ticket can be. */
export function readTicket(text: string, now: number, keys: SigningKeys): Ticket | undefined {
  const dot = text.lastIndexOf(".");
  const content = text.slice(0, Math.max(dot, 0));
  if (!verify("ticket", content, text.slice(dot + 1), keys)) return undefined;
  const [expiry = "", id = "", aor = ""] = content.split(".");
  const expiresAt = Number(expiry);
  if (!(expiresAt > now && expiresAt <= now + LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS)) return undefined;
  return { id, aor: Buffer.from(aor, "base64url").toString("utf8"), expiresAt };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
