// A time-limited credential for a TURN server, which is not stored: coturn's `use-auth-secret`, known as the TURN REST API
// (draft-uberti-behave-turn-rest-00 §2.2).
import { createHmac, hash, type KeyObject } from "node:crypto";
import type { Aor } from "../syntax/aor.ts";

export interface TurnCredential {
  /** `<expiry>:<user>`, the expiry in epoch seconds. */
  readonly username: string;
  /** Base64 of the HMAC-SHA1 of the user name; the algorithm is defined by the server. */
  readonly credential: string;
}

export function createTurnCredential(aor: Aor, expiresAt: number, secret: KeyObject): TurnCredential {
  const username = `${expiresAt}:${nameOf(aor)}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/** RFC 8489 §14.3 and browsers allow 508 octets. */
const LONGEST_NAME = 256;

/** Text that an AOR may contain and that coturn rejects as an SQL injection. */
function isSuspicious(name: string): boolean {
  const words = name.toLowerCase();
  return words.includes("'") || (words.includes("union") && words.includes("select"));
}

/**
 * The user in the quotas and logs of the TURN server: `alice@example.com`, escaped as in the AOR. If that server would reject the
 * name, it is a hash of the AOR, which cannot equal another AOR because it has no `@`.
 */
function nameOf(aor: Aor): string {
  const name = aor.slice("sip:".length);
  if (name.length <= LONGEST_NAME && !isSuspicious(name)) return name;
  return hash("sha256", aor, "base64url");
}
