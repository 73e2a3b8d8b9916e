// From a token's claim to an address-of-record. A claim is text from outside: it is refused unless it is exactly one user of a
// served domain.
import { type Aor, aor, isOurDomain } from "../../sip/syntax/aor.ts";
import { parseUri, type SipUri, unescape } from "../../sip/syntax/uri.ts";

/**
 * `alice` is `sip:alice@<first domain>`; `sip:alice@<any of the domains>` is itself. Any other part of a URI (password, port,
 * parameters, headers) is refused.
 */
export function claimedAor(claim: unknown, domains: readonly string[]): Aor | undefined {
  const [home] = domains;
  if (typeof claim !== "string" || home === undefined) return undefined;
  if (!claim.toLowerCase().startsWith("sip:")) return isUser(claim) ? aor(claim, home) : undefined;
  const uri = parseUri(claim);
  if (uri?.kind !== "sip" || uri.user === undefined || !isBare(uri) || !isOurDomain(uri, domains)) return undefined;
  const user = unescape(uri.user);
  return isUser(user) ? aor(user, uri.host) : undefined;
}

function isBare({ password, port, parameters, headers }: SipUri): boolean {
  return password === undefined && port === undefined && headers === undefined && parameters.length === 0;
}

/** As for subscribers no `@`, colon or white space, and no invisible character. */
function isUser(text: string): boolean {
  return text.length <= MAX_USER_LENGTH && /^[^@:\s\p{C}]+$/u.test(text);
}

const MAX_USER_LENGTH = 255;
