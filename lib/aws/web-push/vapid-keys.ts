// The deployment's key pair for push services (RFC 8292). It is derived from a generated secret, so the operator makes none;
// the secret is not rotated, because a browser binds its subscription to the public key.
import { createECDH, hash } from "node:crypto";
import type { ReadSecret } from "../client/secrets-manager.ts";
import { cachedSecret } from "../secrets-manager/cached-secret.ts";

/** In base64url. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export function vapidKeys(read: ReadSecret, secretId: string, now: () => number): () => Promise<VapidKeys> {
  return cachedSecret(() => read(secretId), now, vapidKeysOf);
}

/** Throws if the hash is not a private key of P-256, as for one secret in four billion. */
export function vapidKeysOf(secret: string): VapidKeys {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(hash("sha256", `VAPID ${secret}`, "buffer"));
  return { publicKey: pair.getPublicKey("base64url"), privateKey: pair.getPrivateKey("base64url") };
}
