// Signed values: readable, and expected back unchanged, such as branches (RFC 3261 §8.1.1.7), nonces and tags. HMAC-SHA-256,
// truncated to 128 bits.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** The second key verifies signatures from before a rotation. */
export interface SigningKeys {
  readonly current: KeyObject;
  readonly previous?: KeyObject;
}

/** A signature for one purpose is not valid for another. */
export type Purpose = "branch" | "nonce" | "tag" | "ticket" | "order";

/** Characters of a signature in base64url. */
export const SIGNATURE_LENGTH = 22;

export function sign(purpose: Purpose, content: string, keys: SigningKeys): string {
  return signWith(keys.current, purpose, content);
}

export function verify(purpose: Purpose, content: string, signature: string, keys: SigningKeys): boolean {
  if (isEqual(signWith(keys.current, purpose, content), signature)) return true;
  return keys.previous !== undefined && isEqual(signWith(keys.previous, purpose, content), signature);
}

function signWith(key: KeyObject, purpose: Purpose, content: string): string {
  return createHmac("sha256", key).update(`${purpose}\n${content}`).digest("base64url").slice(0, SIGNATURE_LENGTH);
}

/** Comparison in constant time. */
export function isEqual(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
