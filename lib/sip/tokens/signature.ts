// What we hand out, want back unchanged, and anybody may read is signed: branches, nonces, tags. HMAC-SHA-256, cut to 128 bits.
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** The second key verifies what was signed before a rotation. */
export interface SigningKeys {
  readonly current: KeyObject;
  readonly previous?: KeyObject;
}

/** Keeps a signature made for one use from being valid for another. */
export type Purpose = "branch" | "nonce" | "tag" | "ticket";

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

/** In time that does not depend on where two texts differ. */
export function isEqual(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
