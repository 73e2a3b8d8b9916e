// The shape of each header (RFC 3261 §20): one row per header, with decoding and encoding of its value. Headers are decoded on
// request only.
import { parseAuthHeader, parseAuthParameters, serializeAuthHeader, serializeAuthParameters } from "./auth-header.ts";
import { parseDate, serializeDate } from "./date.ts";
import { parseCSeq, serializeCSeq } from "./cseq.ts";
import { type HeaderField, field, headers, type SipMessage } from "./message.ts";
import { address, contacts, reference, routeEntry } from "./values/addresses.ts";
import { deltaSeconds, rack, timestamp, uint32, wholeNumber } from "./values/numbers.ts";
import { mediaType, parameterized } from "./values/parameterized.ts";
import { products, retryAfter, warning } from "./values/products.ts";
import { each, list, listOrNothing, type Shape, single } from "./values/shape.ts";
import { callId, languageRange, languageTag, mimeVersion, privacy, prose, token } from "./values/tokens.ts";
import { parseVia, serializeVia } from "./via.ts";

const credentials = { parse: parseAuthHeader, serialize: serializeAuthHeader };

const table = {
  // RFC 3261 §20
  Accept: listOrNothing(parameterized(mediaType)),
  "Accept-Encoding": listOrNothing(parameterized(token)),
  "Accept-Language": listOrNothing(parameterized(languageRange)),
  "Alert-Info": list(reference),
  Allow: listOrNothing(token),
  "Authentication-Info": single({ parse: parseAuthParameters, serialize: serializeAuthParameters }),
  Authorization: each(credentials),
  "Call-ID": single(callId),
  "Call-Info": list(reference),
  Contact: contacts,
  "Content-Disposition": single(parameterized(token)),
  "Content-Encoding": list(token),
  "Content-Language": list(languageTag),
  "Content-Length": single(wholeNumber(0, 2 ** 31 - 1)),
  "Content-Type": single(parameterized(mediaType)),
  CSeq: single({ parse: parseCSeq, serialize: serializeCSeq }),
  Date: single({ parse: parseDate, serialize: serializeDate }),
  "Error-Info": list(reference),
  Expires: single(deltaSeconds),
  From: single(address),
  "In-Reply-To": list(callId),
  "Max-Forwards": single(wholeNumber(0, 255)),
  "Min-Expires": single(deltaSeconds),
  "MIME-Version": single(mimeVersion),
  Organization: single(prose),
  Priority: single(token),
  "Proxy-Authenticate": each(credentials),
  "Proxy-Authorization": each(credentials),
  "Proxy-Require": list(token),
  "Record-Route": list(routeEntry),
  "Reply-To": single(address),
  Require: list(token),
  "Retry-After": single(retryAfter),
  Route: list(routeEntry),
  Server: single(products),
  Subject: single(prose),
  Supported: listOrNothing(token),
  Timestamp: single(timestamp),
  To: single(address),
  Unsupported: list(token),
  "User-Agent": single(products),
  Via: list({ parse: parseVia, serialize: serializeVia }),
  Warning: list(warning),
  "WWW-Authenticate": each(credentials),

  // Extensions
  "Allow-Events": list(token), // RFC 6665
  Event: single(parameterized(token)), // RFC 6665
  "Flow-Timer": single(deltaSeconds), // RFC 5626
  "Max-Breadth": single(wholeNumber(0, 2 ** 32 - 1)), // RFC 5393
  "Min-SE": single(parameterized(deltaSeconds)), // RFC 4028
  "P-Asserted-Identity": list(address), // RFC 3325
  "P-Preferred-Identity": list(address), // RFC 3325
  Path: list(routeEntry), // RFC 3327
  Privacy: single(privacy), // RFC 3323
  RAck: single(rack), // RFC 3262
  Reason: list(parameterized(token)), // RFC 3326
  "Refer-To": single(address), // RFC 3515
  "Referred-By": single(address), // RFC 3892
  Replaces: single(parameterized(callId)), // RFC 3891
  RSeq: single(uint32), // RFC 3262
  "Service-Route": list(routeEntry), // RFC 3608
  "Session-Expires": single(parameterized(deltaSeconds)), // RFC 4028
  "Subscription-State": single(parameterized(token)), // RFC 6665
} as const;

export type DecodedName = keyof typeof table;
export type ValueOf<N extends DecodedName> = (typeof table)[N] extends Shape<infer T> ? T : never;

/** In the order of the table. */
export const decodedNames: readonly DecodedName[] = Object.keys(table).filter(isDecodedName);

function isDecodedName(name: string): name is DecodedName {
  return Object.hasOwn(table, name);
}

const shapes: { readonly [N in DecodedName]: Shape<ValueOf<N>> } = table;

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: "missing" | "malformed" };

/** The header's value. Two fields of a header that may occur once are malformed. */
export function decode<N extends DecodedName>(message: SipMessage, name: N): Decoded<ValueOf<N>> {
  const values = headers(message, name.toLowerCase());
  if (values.length === 0) return { ok: false, problem: "missing" };
  const value = shapes[name].read(values);
  return value === undefined ? { ok: false, problem: "malformed" } : { ok: true, value };
}

/** The value, or undefined for a missing or malformed header. */
export function decodedValue<T>(decoded: Decoded<T>): T | undefined {
  return decoded.ok ? decoded.value : undefined;
}

/** The fields of a value: one, or one per element if commas cannot separate them. */
export function encode<N extends DecodedName>(name: N, value: ValueOf<N>): readonly HeaderField[] {
  return shapes[name].write(value).map((text) => field(name, text));
}
