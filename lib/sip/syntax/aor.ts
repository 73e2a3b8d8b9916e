// An address-of-record in its canonical form (RFC 3261 §10.3 step 5): the key under which bindings and subscribers are
// found. No parameters, no port, no password; escapes resolved; host in lower case.
import { parameter } from "./parameters.ts";
import { escapeUser, type Uri, unescape } from "./uri.ts";

/** `sip:user@host` */
export type Aor = string;

/** Undefined for a URI without a user, and for one that is not SIP. */
export function aorOf(uri: Uri): Aor | undefined {
  return uri.kind === "sip" && uri.user !== undefined ? aor(unescape(uri.user), uri.host) : undefined;
}

/** From a plain user name, not yet escaped. */
export function aor(user: string, host: string): Aor {
  return `sip:${escapeUser(user.toWellFormed())}@${host.toLowerCase()}`;
}

/**
 * §16.4, §16.5: whether this server is responsible for the URI. The port is ignored, because a deployment has one address. With
 * an maddr the URI leads to that address instead.
 */
export function isOurDomain(uri: Uri, domains: readonly string[]): boolean {
  if (uri.kind !== "sip" || !domains.includes(uri.host)) return false;
  const maddr = parameter(uri.parameters, "maddr");
  return maddr === undefined || domains.includes(maddr.toLowerCase());
}
