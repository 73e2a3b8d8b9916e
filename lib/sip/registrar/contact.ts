// The Contact of a REGISTER (RFC 3261 §10.2, §20.10; RFC 5626 §4.2).
import { MAX_CONTACT, MAX_CONTACTS } from "../policy/sizes.ts";
import { decode, valueOf } from "../syntax/header-table.ts";
import { headers, type SipRequest } from "../syntax/message.ts";
import { type NameAddr, serializeNameAddr } from "../syntax/name-addr.ts";
import { parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import type { Uri } from "../syntax/uri.ts";
import { deltaSeconds } from "../syntax/values/numbers.ts";
import { preference } from "../syntax/values/parameterized.ts";

export interface WantedContact {
  /** As written. */
  readonly contact: string;
  readonly uri: Uri;
  /** Thousandths. */
  readonly q: number;
  /** Seconds asked for; undefined leaves it to the policy. */
  readonly expires: number | undefined;
  readonly instance?: string;
  readonly regId?: number;
}

export type WantedContacts =
  | { readonly kind: "query" }
  | { readonly kind: "remove all" }
  | { readonly kind: "update"; readonly contacts: readonly WantedContact[] }
  | { readonly kind: "refused"; readonly why: ContactProblem };

type ContactProblem = "malformed-contact" | "contact-too-long" | "too-many-contacts" | "misused-asterisk";

export function readContacts(request: SipRequest): WantedContacts {
  const decoded = decode(request, "Contact");
  const expires = valueOf(decode(request, "Expires")); // §20.19: a malformed value counts as absent
  if (!decoded.ok)
    return decoded.problem === "missing" ? { kind: "query" } : { kind: "refused", why: malformed(request) };
  if (decoded.value === "*") {
    return expires === 0 ? { kind: "remove all" } : { kind: "refused", why: "misused-asterisk" }; // §10.3 step 6
  }
  if (decoded.value.length > MAX_CONTACTS) return { kind: "refused", why: "too-many-contacts" };

  const contacts: WantedContact[] = [];
  for (const value of decoded.value) {
    if (serializeNameAddr(value).length > MAX_CONTACT) return { kind: "refused", why: "contact-too-long" };
    const contact = toWantedContact(value, expires);
    if (contact === undefined) return { kind: "refused", why: "malformed-contact" };
    contacts.push(contact);
  }
  return { kind: "update", contacts };
}

/** §10.3 step 6: the asterisk stands alone. */
function malformed(request: SipRequest): ContactProblem {
  const hasAsterisk = headers(request, "contact").flatMap(splitList).includes("*");
  return hasAsterisk ? "misused-asterisk" : "malformed-contact";
}

function toWantedContact({ address, uri, parameters }: NameAddr, headerExpires?: number): WantedContact | undefined {
  const q = preference({ parameters }); // §20.10 leaves the default open: it is 1 here
  if (q === undefined || uri.kind !== "sip") return undefined;
  const expires = deltaSeconds.parse(parameter(parameters, "expires") ?? "") ?? headerExpires;
  const instance = readInstance(parameter(parameters, "+sip.instance"));
  const regId = readRegId(parameter(parameters, "reg-id"));
  return {
    contact: address,
    uri,
    q: Math.round(q * 1000),
    expires,
    ...(instance && { instance }),
    ...(instance && regId !== undefined && { regId }),
  };
}

/** RFC 5626 §4.1: a URN in angle brackets. One with characters that a URI cannot hold is ignored: GRUUs contain it. */
function readInstance(value: string | undefined): string | undefined {
  const instance = value?.replace(/^<(.*)>$/, "$1");
  return instance !== undefined && /^[\w.~:%+-]+$/.test(instance) ? instance : undefined;
}

/** RFC 5626 §4.2: 1 to 2^31 - 1; any other value is ignored. */
function readRegId(value: string | undefined): number | undefined {
  const regId = value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : 0;
  return regId > 0 && regId < 2 ** 31 ? regId : undefined;
}
