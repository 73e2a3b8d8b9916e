// The Contact header as a registrar reads it (RFC 3261 §10.2, §20.10; RFC 5626 §4.2).
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
  | { readonly kind: "malformed"; readonly reason: string };

/** Characters of a contact with its parameters: all of a user's bindings are one row (DynamoDB items end at 400 KB). */
const MAX_CONTACT = 1024;

/** Contacts of one REGISTER: each is compared with all others. As many as an AOR may ever have, and as many that go. */
const MAX_CONTACTS = 200;

export function readContacts(request: SipRequest): WantedContacts {
  const elements = headers(request, "contact").flatMap(splitList);
  if (elements.some((element) => element.length > MAX_CONTACT))
    return { kind: "malformed", reason: "Contact Too Long" };
  if (elements.length > MAX_CONTACTS) return { kind: "malformed", reason: "Too Many Contacts" };
  const expires = readSeconds(header(request, "expires"));
  if (elements.length === 0) return { kind: "query" };

  if (elements.includes("*")) {
    // §10.3 step 6: alone, and with an expiry of zero.
    const isAlone = elements.length === 1 && expires === 0;
    return isAlone ? { kind: "remove all" } : { kind: "malformed", reason: "Misused Contact *" };
  }

  const contacts: WantedContact[] = [];
  for (const element of elements) {
    const parsed = parseNameAddr(element);
    const contact = parsed && toWantedContact(parsed, expires);
    if (contact === undefined) return { kind: "malformed", reason: "Malformed Contact" };
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

/** §20.19: what is malformed counts as not said; values beyond 32 bits mean the same as the largest. */
function readSeconds(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  return Math.min(Number(value), 2 ** 32 - 1);
}

/** RFC 5626 §4.1: a URN in angle brackets. What could not stand in a URI (our GRUUs have it there) is as good as none. */
function readInstance(value: string | undefined): string | undefined {
  const instance = value?.replace(/^<(.*)>$/, "$1");
  return instance !== undefined && /^[\w.~:%+-]+$/.test(instance) ? instance : undefined;
}

/** RFC 5626 §4.2: 1 to 2^31 - 1; anything else is as good as none. */
function readRegId(value: string | undefined): number | undefined {
  const regId = value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : 0;
  return regId > 0 && regId < 2 ** 31 ? regId : undefined;
}

const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** §20.10: the default is as good as any; we take the best. Undefined if malformed. */
function readQ(value: string | undefined): number | undefined {
  if (value === undefined) return 1000;
  return QVALUE.test(value) ? Math.round(Number(value) * 1000) : undefined;
}
