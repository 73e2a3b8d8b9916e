// The secret that is shared with the TURN servers: coturn's `static-auth-secret`, as plain text.
import { createSecretKey, type KeyObject } from "node:crypto";
import type { ReadSecret } from "../client/secrets-manager.ts";
import { cachedSecret } from "./cached-secret.ts";

/** A new value takes effect within minutes. The TURN servers must accept it before, and the old one for `ttlSeconds` after. */
export function turnSecret(read: ReadSecret, secretId: string, now: () => number): () => Promise<KeyObject> {
  return cachedSecret(() => read(secretId), now, toKey);
}

/** Without a trailing line end. Throws a TypeError if nothing is left. */
function toKey(text: string): KeyObject {
  const secret = text.trim();
  if (secret === "") throw new TypeError("the TURN secret has no text: expected coturn's static-auth-secret");
  return createSecretKey(Buffer.from(secret));
}
