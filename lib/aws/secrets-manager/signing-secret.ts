// The value of the signing secret: JSON, `{"current": "<random>", "previous"?: "<random>"}`.
import { createSecretKey, type KeyObject } from "node:crypto";
import type { SigningKeys } from "../../sip/transport/signature.ts";

/** Throws a TypeError for a value that holds no key; the value itself is not in the message. */
export function parseSigningSecret(text: string): SigningKeys {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "current" in value && typeof value.current === "string") {
    const previous = "previous" in value && typeof value.previous === "string" ? toKey(value.previous) : undefined;
    return { current: toKey(value.current), ...(previous && { previous }) };
  }
  throw new TypeError('no signing key: expected {"current": "<random>"}');
}

/** A cached KeyObject spares each HMAC the key set-up. */
function toKey(text: string): KeyObject {
  return createSecretKey(Buffer.from(text));
}
