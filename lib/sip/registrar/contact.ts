// The Contact of a REGISTER (RFC 3261 §10.2, §20.10; RFC 5626 §4.2).
import { MAX_CONTACT } from "../policy/sizes.ts";
import { decode, decodedValue } from "../syntax/header-table.ts";
import { readNameAddr } from "../syntax/leniency.ts";
import { headers, type SipRequest } from "../syntax/message.ts";
import type { NameAddr } from "../syntax/name-addr.ts";
import { hasParameter, parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import type { SipUri } from "../syntax/uri.ts";
import { deltaSeconds } from "../syntax/values/numbers.ts";
import { preference } from "../syntax/values/parameterized.ts";

export interface WantedContact {
  /** As written, apart from characters that a URI cannot hold: they are escaped. */
  readonly contact: string;
  readonly uri: SipUri;
  /** Thousandths. */
  readonly q: number;
  /** Seconds asked for; undefined leaves it to the policy. */
  readonly expires: number | undefined;
  readonly instance?: string;
  readonly regId?: number;
  /** `+sip.pnsreg` (RFC 8599 §4.1.4): the device refreshes its registration without a push. */
  readonly wakesItself?: true;
}

export type WantedContacts =
  | { readonly kind: "query" }
  | { readonly kind: "remove all" }
  | { readonly kind: "update"; readonly contacts: readonly WantedContact[] }
  | { readonly kind: "refused"; readonly why: ContactProblem };

type ContactProblem = "malformed-contact" | "contact-too-long" | "too-many-contacts" | "misused-asterisk";

/** @param maxBindings as many may be added, and as many removed; more are refused before any of them is read */
export function readContacts(request: SipRequest, maxBindings: number): WantedContacts {
  const elements = headers(request, "contact").flatMap(splitList);
  if (elements.length > 2 * maxBindings) return { kind: "refused", why: "too-many-contacts" };
  if (elements.some((element) => element.length > MAX_CONTACT)) return { kind: "refused", why: "contact-too-long" };
  const expires = decodedValue(decode(request, "Expires")); // §20.19: a malformed value counts as absent
  if (elements.length === 0) return { kind: "query" };

  if (elements.includes("*")) {
    // §10.3 step 6: alone, and with an expiry of zero.
    const isAlone = elements.length === 1 && expires === 0;
    return isAlone ? { kind: "remove all" } : { kind: "refused", why: "misused-asterisk" };
  }

  const contacts: WantedContact[] = [];
  for (const element of elements) {
    const parsed = readNameAddr(element);
    const contact = parsed && toWantedContact(parsed, expires);
    if (contact === undefined) return { kind: "refused", why: "malformed-contact" };
    contacts.push(contact);
  }
  return { kind: "update", contacts };
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
    ...(hasParameter(parameters, "+sip.pnsreg") && { wakesItself: true }),
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
