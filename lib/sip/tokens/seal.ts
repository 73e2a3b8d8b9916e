// Sealed values: confidential, and expected back unchanged, such as dialog tokens (RFC 5626 §5.2) and temporary GRUUs (RFC 5627
// §3.1.2). AES-256-GCM with a synthetic IV (an HMAC of the content): equal contents give equal texts, and no IV is used twice.
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { SigningKeys } from "./signature.ts";

/** Each purpose has its own keys, so a value sealed for one cannot be opened for another. */
export type Seal = "dialog" | "hop" | "gruu" | "notify" | "purr" | "tag";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Base64url. */
export function seal(purpose: Seal, content: string, keys: SigningKeys): string {
  const { encryption, identity } = derived(purpose, keys.current);
  const iv = createHmac("sha256", identity).update(content).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", encryption, iv);
  return Buffer.concat([iv, cipher.update(content, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** Undefined if it was not sealed here for this purpose. */
export function unseal(purpose: Seal, text: string, keys: SigningKeys): string | undefined {
  const sealed = Buffer.from(text, "base64url");
  // Node skips characters outside of base64url. Another spelling of the same octets is rejected, because the text is
  // copied into a Via.
  if (sealed.length < IV_BYTES + TAG_BYTES || sealed.toString("base64url") !== text) return undefined;
  const content = open(sealed, derived(purpose, keys.current).encryption);
  if (content !== undefined || keys.previous === undefined) return content;
  return open(sealed, derived(purpose, keys.previous).encryption);
}

function open(sealed: Buffer, key: KeyObject): string | undefined {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined; // wrong authentication tag: node:crypto reports it by an exception only
  }
}

interface DerivedKeys {
  readonly encryption: KeyObject;
  readonly identity: KeyObject;
}

const memory = new WeakMap<KeyObject, Map<Seal, DerivedKeys>>();

/** Derived once per key and purpose: the derivation would cost as much as the sealing. */
function derived(purpose: Seal, key: KeyObject): DerivedKeys {
  const known = memory.get(key) ?? new Map<Seal, DerivedKeys>();
  memory.set(key, known);
  const keys = known.get(purpose) ?? {
    encryption: derive(key, `seal ${purpose}`),
    identity: derive(key, `seal iv ${purpose}`),
  };
  known.set(purpose, keys);
  return keys;
}

function derive(key: KeyObject, label: string): KeyObject {
  return createSecretKey(createHmac("sha256", key).update(label).digest());
}
