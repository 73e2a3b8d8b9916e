// Globally routable user agent URIs (RFC 5627): an address that means one device, on whichever flow it is.
import { type Binding, deviceOf } from "../state/registration.ts";
import { type Aor, aorOf } from "../syntax/aor.ts";
import { parameter } from "../syntax/parameters.ts";
import { type SipUri, unescape } from "../syntax/uri.ts";
import { hashOf } from "../tokens/hash.ts";
import { seal, unseal } from "../tokens/seal.ts";
import type { SigningKeys } from "../tokens/signature.ts";

/** §5.4: the AOR with the instance in `gr`. The same for every registration of the device. */
export function publicGruu(aor: Aor, instance: string): string {
  return `${aor};gr=${instance}`;
}

const TEMPORARY = "tgruu.";

/** §3.1.2: hides AOR and device; valid while the registration with this Call-ID lives. `random` makes each one new. */
export function temporaryGruu(aor: Aor, binding: Binding, domain: string, random: string, keys: SigningKeys): string {
  const content = [aor, binding.instance ?? "", registrationHash(binding.callId), random].join("\n");
  return `sip:${TEMPORARY}${seal("gruu", content, keys)}@${domain};gr`;
}

/** The meaning of a URI in one of our domains: an AOR, or one device of it. */
export interface Called {
  readonly aor: Aor;
  readonly instance?: string;
  /** Of the registration a temporary GRUU was given in. */
  readonly registrationHash?: string;
}

/** Undefined for a URI without a user, and for a temporary GRUU that this server did not make. */
export function calledBy(uri: SipUri, keys: SigningKeys): Called | undefined {
  const gr = parameter(uri.parameters, "gr");
  if (gr === "" && uri.user?.startsWith(TEMPORARY)) return openTemporary(uri.user.slice(TEMPORARY.length), keys);
  const aor = aorOf(uri);
  return aor === undefined ? undefined : { aor, ...(gr !== undefined && gr !== "" && { instance: unescape(gr) }) };
}

/**
 * §6.1: whether the binding belongs to the called device, or to the called AOR if no device is named. A GRUU is compared as a
 * URI: the case of `gr` does not count (RFC 3261 §19.1.4).
 */
export function isCalled(binding: Binding, { instance, registrationHash: of }: Called): boolean {
  if (instance !== undefined && deviceOf(binding).toLowerCase() !== instance.toLowerCase()) return false;
  return of === undefined || registrationHash(binding.callId) === of;
}

function openTemporary(token: string, keys: SigningKeys): Called | undefined {
  const content = unseal("gruu", token, keys);
  if (content === undefined) return undefined;
  const [aor = "", instance = "", hash = ""] = content.split("\n");
  return { aor, instance, registrationHash: hash };
}

/** Stands for a registration where its Call-ID would be too long or must stay hidden. */
export function registrationHash(callId: string): string {
  return hashOf([callId], 8);
}
