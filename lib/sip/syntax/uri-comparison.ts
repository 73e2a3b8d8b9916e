// When two URIs are the same (RFC 3261 §19.1.4). A Contact that is "equal" replaces its binding, so this rule decides
// how many devices a user has.
import { type Parameters, parameter } from "./parameters.ts";
import { type SipUri, serializeUri, unescape, type Uri } from "./uri.ts";

export function isSameUri(a: Uri, b: Uri): boolean {
  if (a.kind === "sip" && b.kind === "sip") return isSameSipUri(a, b);
  return serializeUri(a).toLowerCase() === serializeUri(b).toLowerCase();
}

function isSameSipUri(a: SipUri, b: SipUri): boolean {
  return (
    a.scheme === b.scheme &&
    sameEscaped(a.user, b.user) &&
    sameEscaped(a.password, b.password) &&
    a.host === b.host &&
    a.port === b.port &&
    parametersAgree(a.parameters, b.parameters) &&
    headersAgree(a.headers, b.headers)
  );
}

/** The user part minds case; an escaped character is the same as the character unless it is reserved. */
function sameEscaped(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && unescapeUnreserved(a) === unescapeUnreserved(b);
}

const ESCAPED = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z0-9\-_.!~*'()]/;

function unescapeUnreserved(text: string): string {
  return text.replace(ESCAPED, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return UNRESERVED.test(character) ? character : octet.toUpperCase();
  });
}

/** These never match by default: absent on one side is a difference. Others are ignored unless both sides have them. */
const SIGNIFICANT = ["user", "ttl", "method", "maddr", "transport"];

function parametersAgree(a: Parameters, b: Parameters): boolean {
  for (const name of SIGNIFICANT) {
    if (folded(parameter(a, name)) !== folded(parameter(b, name))) return false;
  }
  return a.every(({ name, value }) => {
    const other = parameter(b, name.toLowerCase());
    return other === undefined || folded(other) === folded(value ?? "");
  });
}

function folded(value: string | undefined): string | undefined {
  return value === undefined ? undefined : unescapeUnreserved(value).toLowerCase();
}

/** Headers are never ignored; their order does not matter. */
function headersAgree(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return sortedHeaders(a) === sortedHeaders(b);
}

function sortedHeaders(headers: string): string {
  return headers.split("&").map(normalHeader).sort().join("&");
}

function normalHeader(text: string): string {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  return `${unescape(name).toLowerCase()}=${equals < 0 ? "" : unescape(text.slice(equals + 1))}`;
}
