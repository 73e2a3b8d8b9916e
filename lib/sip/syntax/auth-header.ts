// Credentials and challenges (RFC 3261 §20.7, §20.44; RFC 7616 §3; RFC 8898 §2): a scheme, then parameters separated by
// commas, or one opaque token.
import { isToken } from "./characters.ts";
import { endOfQuoted, quote, splitList, trimSpace, unquote } from "./scan.ts";

/** Names in lower case, values without quotes. */
export type AuthParameters = ReadonlyMap<string, string>;

export interface AuthHeader {
  /** Lower case: `digest`, `bearer` … */
  readonly scheme: string;
  readonly parameters: AuthParameters;
  /** The token of a scheme that has one instead of parameters, such as `bearer`. */
  readonly token?: string;
}

const NO_PARAMETERS: AuthParameters = new Map();

/** RFC 7235 §2.1 `token68` */
const TOKEN_68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Undefined if it is malformed or contains a parameter twice. */
export function parseAuthHeader(value: string): AuthHeader | undefined {
  const space = value.search(/[ \t]/);
  const scheme = (space < 0 ? value : value.slice(0, space)).toLowerCase();
  if (!isToken(scheme)) return undefined;
  if (space < 0) return { scheme, parameters: NO_PARAMETERS };

  const rest = trimSpace(value, space);
  if (TOKEN_68.test(rest)) return { scheme, parameters: NO_PARAMETERS, token: rest };
  const parameters = parseAuthParameters(rest);
  return parameters && { scheme, parameters };
}

/** `name=value, name="value"`; Authentication-Info consists of these only (§20.6). */
export function parseAuthParameters(text: string): AuthParameters | undefined {
  const parameters = new Map<string, string>();
  for (const element of splitList(text)) {
    const equals = element.indexOf("=");
    const name = trimSpace(element, 0, Math.max(equals, 0)).toLowerCase();
    const value = trimSpace(element, equals + 1);
    if (!isToken(name) || !isValue(value) || parameters.has(name)) return undefined;
    parameters.set(name, unquote(value));
  }
  return parameters;
}

/** Clients omit the quotes around more than tokens, for example around a URI. */
function isValue(text: string): boolean {
  return text.startsWith('"') ? endOfQuoted(text, 0) === text.length : /^[^\s"]+$/.test(text);
}

export function serializeAuthHeader({ scheme, parameters, token }: AuthHeader): string {
  const written = scheme.charAt(0).toUpperCase() + scheme.slice(1);
  const rest = token ?? serializeAuthParameters(parameters);
  return rest === "" ? written : `${written} ${rest}`;
}

/** Tokens that are written without quotes (RFC 7616 §3.3, §3.4). */
const BARE = new Set(["algorithm", "stale", "nc"]);

export function serializeAuthParameters(parameters: AuthParameters): string {
  // A challenge contains a quoted list of `qop`, credentials contain one value without quotes.
  const isBare = (name: string): boolean => BARE.has(name) || (name === "qop" && parameters.has("nc"));
  return [...parameters].map(([name, value]) => `${name}=${isBare(name) ? value : quote(value)}`).join(", ");
}
