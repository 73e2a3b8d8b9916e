// `name-addr` and `addr-spec` with header parameters (RFC 3261 §20, §25.1): From, To, Contact, Route, Refer-To, Path …
import { QUOTE } from "./characters.ts";
import { parameter, type Parameters, parseParameters, serializeParameters } from "./parameters.ts";
import { endOfQuoted, trimSpace } from "./scan.ts";
import { parseUri, type Uri } from "./uri.ts";

export interface NameAddr {
  /** As written, quotes included. */
  readonly displayName?: string;
  /** As written between the angle brackets. */
  readonly address: string;
  readonly uri: Uri;
  /** Parameters of the header, not of the URI. */
  readonly parameters: Parameters;
}

/** One element of such a header; undefined if it is malformed. */
export function parseNameAddr(value: string): NameAddr | undefined {
  const isQuoted = value.charCodeAt(0) === QUOTE;
  const nameEnd = isQuoted ? endOfQuoted(value, 0) : 0;
  const left = nameEnd < 0 ? -1 : leftBracket(value, nameEnd);
  if (left < 0) return isQuoted ? undefined : parseAddrSpec(value);

  const displayName = trimSpace(value, 0, left);
  const isName = isQuoted ? displayName.length === nameEnd : PLAIN_NAME.test(displayName);
  return isName ? parseBracketed(value, left, displayName) : undefined;
}

/** Where the URI of a value begins, well-formed or not. */
export function addressStart(value: string): number {
  const nameEnd = value.charCodeAt(0) === QUOTE ? endOfQuoted(value, 0) : 0;
  return nameEnd < 0 ? 0 : leftBracket(value, nameEnd) + 1;
}

/** Whether the address stands in angle brackets, so that its URI can have parameters of its own. */
export function isBracketed(value: string): boolean {
  return addressStart(value) > 0;
}

/** Index of the bracket before the URI; -1 without one. After a semicolon, `<` belongs to the quoted value of a parameter. */
function leftBracket(value: string, nameEnd: number): number {
  const left = value.indexOf("<", nameEnd);
  if (left < 0) return -1;
  const semicolon = value.indexOf(";", nameEnd);
  return semicolon >= 0 && semicolon < left ? -1 : left;
}

/** `displayName <address>;parameters` */
export function serializeNameAddr({ displayName, address, parameters }: Omit<NameAddr, "uri">): string {
  return `${displayName === undefined ? "" : `${displayName} `}<${address}>${serializeParameters(parameters)}`;
}

/** Tokens and white space. Unquoted UTF-8 violates the grammar, but is common and harmless. */
const PLAIN_NAME = /^[^"<>\\,;:@\x00-\x1f\x7f]*$/;

function parseBracketed(value: string, left: number, displayName: string): NameAddr | undefined {
  const right = value.indexOf(">", left);
  if (right < 0) return undefined;
  const address = value.slice(left + 1, right);
  const uri = parseUri(address);
  const parameters = parseParameters(value, right + 1);
  if (uri === undefined || parameters === undefined) return undefined;
  return displayName === "" ? { address, uri, parameters } : { displayName, address, uri, parameters };
}

/** §20: without brackets all parameters belong to the header, so the URI cannot contain a comma, question mark or semicolon. */
function parseAddrSpec(value: string): NameAddr | undefined {
  const semicolon = value.indexOf(";");
  const address = trimSpace(value, 0, semicolon < 0 ? value.length : semicolon);
  const uri = /[,?]/.test(address) ? undefined : parseUri(address);
  const parameters = semicolon < 0 ? [] : parseParameters(value, semicolon);
  return uri && parameters && { address, uri, parameters };
}

/** The tag in the value of From or To (RFC 3261 §19.3). Undefined if there is no such parameter, or the value is malformed. */
export function tagIn(value: string | undefined): string | undefined {
  return parameter(parseNameAddr(value ?? "")?.parameters ?? [], "tag");
}
