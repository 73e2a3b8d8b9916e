// SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966). Escapes are kept as written; `unescape` resolves them once.
import {
  CASE,
  COLON,
  endOfEscaped,
  EQUALS,
  PASSWORD,
  SEMICOLON,
  URI_HEADER,
  URI_PARAMETER,
  USER,
} from "./characters.ts";
import { hostPortAt } from "./host.ts";
import { type Parameter, type Parameters, serializeParameters } from "./parameters.ts";

export interface SipUri {
  readonly kind: "sip";
  readonly scheme: "sip" | "sips";
  /** As written, escapes included; absent without an `@`. */
  readonly user?: string;
  readonly password?: string;
  /** Lower case; an IPv6 reference keeps its brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: Parameters;
  /** The part after `?`, as written. */
  readonly headers?: string;
}

export interface TelUri {
  readonly kind: "tel";
  /** Without visual separators. */
  readonly number: string;
  readonly parameters: Parameters;
}

/** Any other scheme: well formed, but not routed here. */
export interface OtherUri {
  readonly kind: "other";
  readonly scheme: string;
  readonly rest: string;
}

export type Uri = SipUri | TelUri | OtherUri;

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const OTHER = /^[\x21\x23-\x3b\x3d\x3f-\x7e]+$/;

/** Undefined if malformed. */
export function parseUri(text: string): Uri | undefined {
  const sip = sipSchemeOf(text);
  if (sip !== undefined) return parseSipUri(sip, text);
  const colon = text.indexOf(":");
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  const rest = text.slice(colon + 1);
  if (scheme === "tel") return parseTelUri(rest);
  return SCHEME.test(scheme) && OTHER.test(rest) ? { kind: "other", scheme, rest } : undefined;
}

const [S, I, P] = [115, 105, 112];

/** Compares the first letters without cutting out the scheme: almost every URI is a SIP URI. */
function sipSchemeOf(text: string): "sip" | "sips" | undefined {
  const isSip =
    (text.charCodeAt(0) | CASE) === S && (text.charCodeAt(1) | CASE) === I && (text.charCodeAt(2) | CASE) === P;
  if (!isSip) return undefined;
  if (text.charCodeAt(3) === COLON) return "sip";
  return (text.charCodeAt(3) | CASE) === S && text.charCodeAt(4) === COLON ? "sips" : undefined;
}

type Building<T> = { -readonly [K in keyof T]: T[K] };

function parseSipUri(scheme: "sip" | "sips", text: string): SipUri | undefined {
  const start = scheme.length + 1;
  // The first `@` ends the user part: no other part of a SIP URI may contain one unescaped.
  const at = text.indexOf("@", start);
  const hostStart = at < 0 ? start : at + 1;
  const question = text.indexOf("?", hostStart);
  const parametersEnd = question < 0 ? text.length : question;
  const semicolon = text.indexOf(";", hostStart);
  const hasParameters = semicolon >= 0 && semicolon < parametersEnd;

  const hostPort = hostPortAt(text, hostStart, hasParameters ? semicolon : parametersEnd);
  const parameters = hasParameters ? uriParametersAt(text, semicolon, parametersEnd) : [];
  if (hostPort === undefined || parameters === undefined) return undefined;

  const uri: Building<SipUri> = { kind: "sip", scheme, host: hostPort.host, parameters };
  if (hostPort.port !== undefined) uri.port = hostPort.port;
  if (at >= 0 && !addUserInfo(uri, text, start, at)) return undefined;
  if (question >= 0) {
    if (endOfEscaped(URI_HEADER, text, question + 1, text.length) < text.length) return undefined;
    uri.headers = text.slice(question + 1);
  }
  return question === text.length - 1 ? undefined : uri;
}

function addUserInfo(uri: Building<SipUri>, text: string, start: number, end: number): boolean {
  const userEnd = endOfEscaped(USER, text, start, end);
  if (userEnd === start) return false;
  uri.user = text.slice(start, userEnd);
  if (userEnd === end) return true;
  if (text.charCodeAt(userEnd) !== COLON || endOfEscaped(PASSWORD, text, userEnd + 1, end) < end) return false;
  uri.password = text.slice(userEnd + 1, end);
  return true;
}

/** `;name=value;flag` from the first semicolon; undefined if anything else is there. */
function uriParametersAt(text: string, start: number, end: number): Parameters | undefined {
  const parameters: Parameter[] = [];
  let at = start;
  while (at < end) {
    if (text.charCodeAt(at) !== SEMICOLON) return undefined;
    const nameEnd = endOfEscaped(URI_PARAMETER, text, at + 1, end);
    if (nameEnd === at + 1) return undefined;
    const name = text.slice(at + 1, nameEnd);
    if (text.charCodeAt(nameEnd) !== EQUALS || nameEnd === end) {
      parameters.push({ name });
      at = nameEnd;
      continue;
    }
    at = endOfEscaped(URI_PARAMETER, text, nameEnd + 1, end);
    if (at === nameEnd + 1) return undefined;
    parameters.push({ name, value: text.slice(nameEnd + 1, at) });
  }
  return parameters;
}

const VISUAL_SEPARATORS = /[-.()]/g;

/** Digits without visual separators (RFC 3966 §5.1.1). */
export function withoutVisualSeparators(number: string): string {
  return number.replace(VISUAL_SEPARATORS, "");
}

/** RFC 3966 §3: a global number begins with `+`; a local one has hexadecimal digits, `*` and `#`. */
function parseTelUri(rest: string): TelUri | undefined {
  const semicolon = rest.indexOf(";");
  const number = withoutVisualSeparators(semicolon < 0 ? rest : rest.slice(0, semicolon));
  if (!/^(?:\+\d+|[0-9A-Fa-f*#]+)$/.test(number)) return undefined;
  const parameters = semicolon < 0 ? [] : uriParametersAt(rest, semicolon, rest.length);
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

/** Resolves escapes such as `%41` once (§19.1.2). Octets that are not UTF-8 stay escaped. */
export function unescape(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Escapes the characters that the grammar of `user` does not allow. */
export function escapeUser(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:2[4BCF6]|3[BDF])/g, decodeURIComponent);
}
