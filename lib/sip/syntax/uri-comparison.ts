// Equality of URIs (RFC 3261 §19.1.4 as amended by RFC 5954 §4.2; RFC 3966 §4). A Contact replaces the binding with an equal
// one, so this rule decides how many devices a user has.
import { binaryAddress } from "./ip-address.ts";
import type { Parameters } from "./parameters.ts";
import { type SipUri, type TelUri, type Uri, withoutVisualSeparators } from "./uri.ts";

export function isSameUri(a: Uri, b: Uri): boolean {
  if (a.kind === "sip" && b.kind === "sip") return isSameSipUri(a, b);
  if (a.kind === "tel" && b.kind === "tel") return isSameTelUri(a, b);
  return a.kind === "other" && b.kind === "other" && a.scheme === b.scheme && a.rest === b.rest;
}

function isSameSipUri(a: SipUri, b: SipUri): boolean {
  const [left, right] = [comparable(a), comparable(b)];
  if (left.key !== right.key) return false;
  for (const [name, value] of left.others) if (right.others.has(name) && right.others.get(name) !== value) return false;
  return true;
}

/** A URI prepared for comparison with many others. */
export interface Comparable {
  /** Equal URIs have the same key: all that must be the same on both sides. */
  readonly key: string;
  /** The other parameters, which count only where both sides have them. */
  readonly others: ReadonlyMap<string, string>;
}

export function comparable({ scheme, user, password, host, port, parameters, headers }: SipUri): Comparable {
  const others = folded(parameters);
  const significant = SIGNIFICANT.map((name) => {
    const value = others.get(name);
    others.delete(name);
    return value ?? null;
  });
  // RFC 5954 §4.2: the same address has several spellings.
  const address = binaryAddress(host) ?? host;
  const all = [scheme, normal(user), normal(password), address, port, ...significant, normalHeaders(headers)];
  return { key: JSON.stringify(all), others };
}

const ESCAPED = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z0-9\-_.!~*'()]/;

/** An escaped character equals the character itself unless it is reserved. Case-sensitive. */
function normal(text: string | undefined): string | undefined {
  if (text?.includes("%") !== true) return text;
  return text.replace(ESCAPED, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return UNRESERVED.test(character) ? character : octet.toUpperCase();
  });
}

/** Parameters that must occur on both sides or on neither. Others are ignored unless both sides have them. */
const SIGNIFICANT = ["user", "ttl", "method", "maddr", "transport"];

/** Names and values in lower case without unnecessary escapes. If a name occurs twice (§19.1.1), the first one counts. */
function folded(parameters: Parameters): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value = "" } of parameters) {
    const key = normal(name)?.toLowerCase() ?? "";
    if (!values.has(key)) values.set(key, normal(value)?.toLowerCase() ?? "");
  }
  return values;
}

/** Headers are always compared, in any order, with case-insensitive names. */
function normalHeaders(headers: string | undefined): string | undefined {
  return headers?.split("&").map(normalHeader).sort().join("&");
}

function normalHeader(text: string): string {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  return `${normal(name)?.toLowerCase()}=${equals < 0 ? "" : normal(text.slice(equals + 1))}`;
}

/** RFC 3966 §4: all parameters are compared, in any order. */
function isSameTelUri(a: TelUri, b: TelUri): boolean {
  const left = dialled(a.parameters);
  const right = dialled(b.parameters);
  if (a.number.toLowerCase() !== b.number.toLowerCase() || left.size !== right.size) return false;
  for (const [name, value] of left) if (right.get(name) !== value) return false;
  return true;
}

/** Visual separators are ignored in an extension and in a context that is a number. */
function dialled(parameters: Parameters): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of folded(parameters)) {
    const isNumber = name === "ext" || (name === "phone-context" && value.startsWith("+"));
    values.set(name, isNumber ? withoutVisualSeparators(value) : value);
  }
  return values;
}
