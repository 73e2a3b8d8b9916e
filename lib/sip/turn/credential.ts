// A credential for a TURN server that expires by itself and that nobody has to store: coturn's `use-auth-secret`, known as
// the TURN REST API (draft-uberti-behave-turn-rest-00 §2.2).
import { createHash, createHmac, type KeyObject } from "node:crypto";
import type { Aor } from "../syntax/aor.ts";

export interface TurnCredential {
  /** `<expiry>:<user>`, the expiry in epoch seconds. */
  readonly username: string;
  /** base64 of the HMAC-SHA1 of the user name: not our choice, the server makes the same. */
  readonly credential: string;
}

export function createTurnCredential(aor: Aor, expiresAt: number, secret: KeyObject): TurnCredential {
  const username = `${expiresAt}:${nameOf(aor)}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/** RFC 8489 §14.3 and browsers end at 508 octets. */
const LONGEST_NAME = 256;

/** What coturn takes for an attack on its database, of what an AOR may have. */
function isSuspicious(name: string): boolean {
  const words = name.toLowerCase();
  return words.includes("'") || (words.includes("union") && words.includes("select"));
}

/**
 * Who it is, for the server's quotas and logs: `alice@example.com`, escaped as in the AOR. Where the server would not have
 * that, a hash of it, which no AOR is equal to for want of an `@`.
 */
function nameOf(aor: Aor): string {
  const name = aor.slice("sip:".length);
  if (name.length <= LONGEST_NAME && !isSuspicious(name)) return name;
  return createHash("sha256").update(aor).digest("base64url");
}
