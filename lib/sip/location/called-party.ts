// Whom a URI means (RFC 3261 §16.5): one of ours by AOR or GRUU, or somebody behind a peer. Nobody else: no open relay.
import { isOurDomain } from "../syntax/aor.ts";
import { type Called, calledBy } from "./gruu.ts";
import { parseUri, type SipUri } from "../syntax/uri.ts";
import type { World } from "../world.ts";

/** Whom a URI means, and the URI a target must see if it is not its own contact. */
export interface Party extends Called {
  readonly keepUri?: string;
}

/** Ours, or a domain that a peer leads to. Undefined: nobody we deliver to. */
export function partyOf(uri: SipUri, written: string, world: World): Party | undefined {
  if (isOurDomain(uri, world.settings.domains)) return calledBy(uri, world.keys);
  const peer = Object.hasOwn(world.settings.peers, uri.host) ? world.settings.peers[uri.host] : undefined;
  return peer === undefined ? undefined : { aor: peer, keepUri: written };
}

/** The AORs of ours that a 3xx names, for those who follow it (§16.7 step 4). */
export function redirectedTo(contacts: readonly string[], world: World): readonly Party[] {
  return contacts
    .map((contact) => ({ contact, uri: parseUri(contact) }))
    .map(({ contact, uri }) => (uri?.kind === "sip" ? partyOf(uri, contact, world) : undefined))
    .filter((party) => party !== undefined);
}
