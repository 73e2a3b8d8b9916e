// SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966). Escapes are kept as written; `unescape` resolves them once.
import { parseHostPort } from "./host.ts";
import { type Parameter, type Parameters, serializeParameters } from "./parameters.ts";

export interface SipUri {
  readonly kind: "sip";
  readonly scheme: "sip" | "sips";
  /** As written, escapes included; absent if there is no `@`. */
  readonly user?: string;
  readonly password?: string;
  /** Lower case; an IPv6 reference keeps its brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
  /** What follows `?`, as written. */
  readonly headers?: string;
}

export interface TelUri {
  readonly kind: "tel";
  /** Without visual separators. */
  readonly number: string;
  readonly parameters: Parameters;
}

/** Any other scheme: well formed, but nothing we route. */
export interface OtherUri {
  readonly kind: "other";
  readonly scheme: string;
  readonly rest: string;
}

export type Uri = SipUri | TelUri | OtherUri;

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const USER = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+$/;
const PASSWORD = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*$/;
const PARAMETER = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+$/;
const HEADERS = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$&=]|%[0-9A-Fa-f]{2})+$/;
const OTHER = /^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/;

/** Undefined if it is no URI. */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(":");
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const rest = text.slice(colon + 1);
  if (scheme === "sip" || scheme === "sips") return parseSipUri(scheme, rest);
  if (scheme === "tel") return parseTelUri(rest);
  return SCHEME.test(scheme) && OTHER.test(rest) ? { kind: "other", scheme, rest } : undefined;
}

function parseSipUri(scheme: "sip" | "sips", rest: string): SipUri | undefined {
  const at = rest.indexOf("@");
  const info = at < 0 ? {} : parseUserInfo(rest.slice(0, at));
  if (info === undefined) return undefined;

  let address = rest.slice(at + 1);
  const question = address.indexOf("?");
  const headers = question < 0 ? undefined : address.slice(question + 1);
  if (headers !== undefined && !HEADERS.test(headers)) return undefined;
  if (question >= 0) address = address.slice(0, question);

  const semicolon = address.indexOf(";");
  const parameters = semicolon < 0 ? [] : parseUriParameters(address.slice(semicolon + 1));
  if (parameters === undefined) return undefined;

  const hostPort = /\s/.test(address)
    ? undefined
    : parseHostPort(semicolon < 0 ? address : address.slice(0, semicolon));
  if (hostPort === undefined) return undefined;
  return { kind: "sip", scheme, ...info, ...hostPort, parameters, ...(headers !== undefined && { headers }) };
}

function parseUserInfo(text: string): { user: string; password?: string } | undefined {
  const colon = text.indexOf(":");
  const user = colon < 0 ? text : text.slice(0, colon);
  if (!USER.test(user)) return undefined;
  if (colon < 0) return { user };
  const password = text.slice(colon + 1);
  return PASSWORD.test(password) ? { user, password } : undefined;
}

function parseUriParameters(text: string): Parameters | undefined {
  const parameters: Parameter[] = [];
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? undefined : part.slice(equals + 1);
    if (!PARAMETER.test(name) || (value !== undefined && !PARAMETER.test(value))) return undefined;
    parameters.push(value === undefined ? { name } : { name, value });
  }
  return parameters;
}

const VISUAL_SEPARATORS = /[-.()]/g;

/** RFC 3966 §3: a global number begins with `+`; a local one has hexadecimal digits, `*` and `#`. */
function parseTelUri(rest: string): TelUri | undefined {
  const semicolon = rest.indexOf(";");
  const number = (semicolon < 0 ? rest : rest.slice(0, semicolon)).replace(VISUAL_SEPARATORS, "");
  if (!/^(?:\+\d+|[0-9A-Fa-f*#]+)$/.test(number)) return undefined;
  const parameters = semicolon < 0 ? [] : parseUriParameters(rest.slice(semicolon + 1));
  return parameters && { kind: "tel", number, parameters };
}

export function serializeUri(uri: Uri): string {
  if (uri.kind === "other") return `${uri.scheme}:${uri.rest}`;
  if (uri.kind === "tel") return `tel:${uri.number}${serializeParameters(uri.parameters)}`;
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const user = uri.user === undefined ? "" : `${uri.user}${password}@`;
  const port = uri.port === undefined ? "" : `:${uri.port}`;
  const headers = uri.headers === undefined ? "" : `?${uri.headers}`;
  return `${uri.scheme}:${user}${uri.host}${port}${serializeParameters(uri.parameters)}${headers}`;
}

/** Resolves `%41` once (§19.1.2). Octets that are no UTF-8 stay escaped. */
export function unescape(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Escapes what the grammar of `user` does not allow as it is. Half of a surrogate pair becomes U+FFFD, as on the wire. */
export function escapeUser(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:2[4BCF6]|3[BDF])/g, decodeURIComponent);
}
