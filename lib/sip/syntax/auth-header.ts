// Credentials and challenges (RFC 3261 §20.7, §20.44; RFC 7616 §3): a scheme, then parameters separated by commas.
import { isToken } from "./header-name.ts";
import { quote, splitList, unquote } from "./scan.ts";

export interface AuthHeader {
  /** Lower case: `digest`, `bearer` … */
  readonly scheme: string;
  /** Names in lower case, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Undefined if it is malformed or names a parameter twice, which no honest client does. */
export function parseAuthHeader(value: string): AuthHeader | undefined {
  const space = value.search(/[ \t]/);
  const scheme = (space < 0 ? value : value.slice(0, space)).toLowerCase();
  if (!isToken(scheme)) return undefined;

  const parameters = new Map<string, string>();
  for (const element of space < 0 ? [] : splitList(value.slice(space).trim())) {
    const equals = element.indexOf("=");
    const name = element.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (!isToken(name) || parameters.has(name)) return undefined;
    parameters.set(name, unquote(element.slice(equals + 1).trim()));
  }
  return { scheme, parameters };
}

/** Tokens that RFC 7616 §3.3 and §3.4 want without quotes. */
const BARE = new Set(["algorithm", "stale", "nc"]);

export function serializeAuthHeader({ scheme, parameters }: AuthHeader): string {
  const written = [...parameters].map(([name, value]) => `${name}=${BARE.has(name) ? value : quote(value)}`);
  return `${scheme === "digest" ? "Digest" : scheme} ${written.join(", ")}`;
}
