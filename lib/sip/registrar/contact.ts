// The Contact of a REGISTER (RFC 3261 §10.2, §20.10; RFC 5626 §4.2).
import { MAX_CONTACT, MAX_CONTACTS } from "../policy/sizes.ts";
import { header, headers, type SipRequest } from "../syntax/message.ts";
import { type NameAddr, parseNameAddr } from "../syntax/name-addr.ts";
import { parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import type { Uri } from "../syntax/uri.ts";

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
  const elements = headers(request, "contact").flatMap(splitList);
  if (elements.some((element) => element.length > MAX_CONTACT)) return { kind: "refused", why: "contact-too-long" };
  if (elements.length > MAX_CONTACTS) return { kind: "refused", why: "too-many-contacts" };
  const expires = readSeconds(header(request, "expires"));
  if (elements.length === 0) return { kind: "query" };

  if (elements.includes("*")) {
    // §10.3 step 6: alone, and with an expiry of zero.
    const isAlone = elements.length === 1 && expires === 0;
    return isAlone ? { kind: "remove all" } : { kind: "refused", why: "misused-asterisk" };
  }

  const contacts: WantedContact[] = [];
  for (const element of elements) {
    const parsed = parseNameAddr(element);
    const contact = parsed && toWantedContact(parsed, expires);
    if (contact === undefined) return { kind: "refused", why: "malformed-contact" };
    contacts.push(contact);
  }
  return { kind: "update", contacts };
}

function toWantedContact({ address, uri, parameters }: NameAddr, headerExpires?: number): WantedContact | undefined {
  const q = readQ(parameter(parameters, "q"));
  if (q === undefined || uri.kind !== "sip") return undefined;
  const expires = readSeconds(parameter(parameters, "expires")) ?? headerExpires;
  const instance = readInstance(parameter(parameters, "+sip.instance"));
  const regId = readRegId(parameter(parameters, "reg-id"));
  return {
    contact: address,
    uri,
    q,
    expires,
    ...(instance && { instance }),
    ...(instance && regId !== undefined && { regId }),
  };
}

/** §20.19: a malformed value counts as absent; values beyond 32 bits mean the same as the largest. */
function readSeconds(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  return Math.min(Number(value), 2 ** 32 - 1);
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

const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** §20.10 leaves the default open: it is 1 here. Undefined if malformed. */
function readQ(value: string | undefined): number | undefined {
  if (value === undefined) return 1000;
  return QVALUE.test(value) ? Math.round(Number(value) * 1000) : undefined;
}
