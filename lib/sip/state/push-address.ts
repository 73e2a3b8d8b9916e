// Where a push notification reaches a device (RFC 8599 §4.1): the `pn-*` parameters of the contact URI that it registered.
import { parameter, withoutParameter } from "../syntax/parameters.ts";
import { parseUri, serializeUri, type SipUri, unescape } from "../syntax/uri.ts";

export interface PushAddress {
  /** `pn-provider`: the push service. */
  readonly provider: string;
  /** `pn-prid`: the device's name there; for `webpush` the URL of its subscription. */
  readonly prid: string;
  /** `pn-param`; for `webpush` the keys of the subscription, `p256dh.auth`. */
  readonly param?: string;
}

const NAMES = ["pn-provider", "pn-prid", "pn-param", "pn-purr"] as const;

/** Undefined for a contact that no push reaches. */
export function pushAddressOf(contact: string): PushAddress | undefined {
  const uri = contact.includes("pn-prid") ? parseUri(contact) : undefined;
  return uri?.kind === "sip" ? pushAddressIn(uri) : undefined;
}

export function pushAddressIn({ parameters }: Pick<SipUri, "parameters">): PushAddress | undefined {
  const [provider, prid, param] = NAMES.map((name) => unescape(parameter(parameters, name) ?? ""));
  if (!provider || !prid) return undefined;
  return { provider, prid, ...(param && { param }) };
}

/** The Request-URI for a contact: without its header part (RFC 3261 §16.6 step 2) and its push address. */
export function requestUriFor(contact: string): string {
  const [uri = contact] = withoutPushAddress(contact).split("?");
  return uri;
}

/** The URI for requests: §4.1 keeps the parameters out of everything but REGISTER. */
export function withoutPushAddress(contact: string): string {
  const uri = contact.includes("pn-") ? parseUri(contact) : undefined;
  if (uri?.kind !== "sip") return contact;
  return serializeUri({ ...uri, parameters: NAMES.reduce(withoutParameter, uri.parameters) });
}
