// A hash that stands for longer values, in keys of rows, ids and tokens: SHA-256 in base64url, as long as its use needs it.
import { hash } from "node:crypto";

/** @param length in characters of 6 bits; 22 hold 128 bits. Stored rows and tokens hold these, so a use keeps its length. */
export function hashOf(parts: readonly (string | number)[], length: number): string {
  return hash("sha256", parts.join("\n"), "base64url").slice(0, length);
}
