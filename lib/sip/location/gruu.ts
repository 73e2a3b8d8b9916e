// Globally routable user agent URIs (RFC 5627): an address that means one device, wherever its flow is.
import { createCipheriv, createDecipheriv, createHash, createHmac, type KeyObject } from "node:crypto";
import { hasParameter, parameter } from "../syntax/parameters.ts";
import type { SipUri } from "../syntax/uri.ts";
import type { SigningKeys } from "../transport/signature.ts";
import { type Aor, aorOf } from "./aor.ts";
import type { Binding } from "./binding.ts";

/** §4.2: the AOR with the instance in `gr`. The same for every registration of the device. */
export function publicGruu(aor: Aor, instance: string): string {
  return `${aor};gr=${instance}`;
}

const TEMPORARY = "tgruu.";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** §3.1.2: hides AOR and device; valid while the registration with this Call-ID lives. `random` makes each one new. */
export function temporaryGruu(aor: Aor, binding: Binding, domain: string, random: string, keys: SigningKeys): string {
  const iv = createHash("sha256").update(random).digest().subarray(0, IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", encryptionKey(keys.current), iv);
  const content = [aor, binding.instance ?? "", markOf(binding.callId)].join("\n");
  const sealed = Buffer.concat([iv, cipher.update(content, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `sip:${TEMPORARY}${sealed.toString("base64url")}@${domain};gr`;
}

/** Whom a URI of our domain means: an AOR, or one device of it. */
export interface Called {
  readonly aor: Aor;
  readonly instance?: string;
  /** Of the registration a temporary GRUU was given in. */
  readonly mark?: string;
}

/** Undefined for a URI without a user, and for a temporary GRUU that we did not make. */
export function calledBy(uri: SipUri, keys: SigningKeys): Called | undefined {
  const gr = parameter(uri.parameters, "gr");
  if (gr === "" && uri.user?.startsWith(TEMPORARY)) return openTemporary(uri.user.slice(TEMPORARY.length), keys);
  const aor = aorOf(uri);
  return aor === undefined ? undefined : { aor, ...(gr !== undefined && gr !== "" && { instance: gr }) };
}

/** §5.1: does the binding belong to who was called? */
export function isCalled(binding: Binding, { instance, mark }: Called): boolean {
  if (instance !== undefined && binding.instance !== instance) return false;
  return mark === undefined || markOf(binding.callId) === mark;
}

export function isGruu(uri: SipUri): boolean {
  return hasParameter(uri.parameters, "gr");
}

function openTemporary(token: string, keys: SigningKeys): Called | undefined {
  const sealed = Buffer.from(token, "base64url");
  if (sealed.length <= IV_BYTES + TAG_BYTES) return undefined;
  for (const key of [keys.current, keys.previous]) {
    const content = key && open(sealed, key);
    if (content === undefined) continue;
    const [aor = "", instance = "", mark = ""] = content.split("\n");
    return { aor, instance, mark };
  }
  return undefined;
}

function open(sealed: Buffer, key: KeyObject): string | undefined {
  const decipher = createDecipheriv("aes-256-gcm", encryptionKey(key), sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined; // not sealed with this key: node:crypto has no other way to say so
  }
}

/** A key of its own, so that what is signed and what is sealed never share one. */
function encryptionKey(key: KeyObject): Buffer {
  return createHmac("sha256", key).update("gruu").digest();
}

function markOf(callId: string): string {
  return createHash("sha256").update(callId).digest("base64url").slice(0, 8);
}
