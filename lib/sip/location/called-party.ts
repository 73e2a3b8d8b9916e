// The addressee of a URI (RFC 3261 §16.5): a user or device of our domains, or a user behind a peer. Any other URI is
// refused: this server is not an open relay.
import { isOurDomain } from "../syntax/aor.ts";
import { parseUri, type SipUri } from "../syntax/uri.ts";
import type { World } from "../world.ts";
import { type Called, calledBy } from "./gruu.ts";

/** The addressee, and the Request-URI its device must see if that is not its own contact. */
export interface CalledParty extends Called {
  readonly keepUri?: string;
}

/** Undefined for an address this server does not deliver to. */
export function calledParty(
  uri: SipUri,
  written: string,
  { settings, keys }: Pick<World, "settings" | "keys">,
): CalledParty | undefined {
  if (isOurDomain(uri, settings.domains)) return calledBy(uri, keys);
  const peer = Object.hasOwn(settings.peers, uri.host) ? settings.peers[uri.host] : undefined;
  return peer === undefined ? undefined : { aor: peer, keepUri: written };
}

/** The addressees among the contacts of a 3xx (§16.7 step 4). */
export function redirectedTo(
  contacts: readonly string[],
  world: Pick<World, "settings" | "keys">,
): readonly CalledParty[] {
  return contacts
    .map((contact) => ({ contact, uri: parseUri(contact) }))
    .map(({ contact, uri }) => (uri?.kind === "sip" ? calledParty(uri, contact, world) : undefined))
    .filter((party) => party !== undefined);
}
