// Forwarded calls: the user that answers in place of the peer, and the one that has forwarded a call to this phone.
import { NameAddrHeader } from "jssip";
import { type Peer, peerOf } from "./address.ts";
import { headerOf } from "./status.ts";

/**
 * The user whose phone sends this response, if it is another one than was called. Its contact says so: the user part of a public
 * GRUU is that of the address (RFC 5627 §3.1). A temporary GRUU, whose parameter has no value, hides the user.
 */
export function reachedBy(response: unknown, { address }: Peer, domain: string): Peer | undefined {
  const contact = addressIn(response, "Contact");
  if (contact === undefined || !contact.uri.getParam("gr")) return undefined;
  const reached = peerOf(contact, domain);
  return reached.address === address ? undefined : reached;
}

/** The last user that has forwarded the call of this INVITE (RFC 5806 §5: the topmost entry). */
export function forwarderOf(invite: unknown, domain: string): Peer | undefined {
  const diverting = addressIn(invite, "Diversion");
  return diverting && peerOf(diverting, domain);
}

function addressIn(message: unknown, name: string): NameAddrHeader | undefined {
  const value = headerOf(message, name);
  const parsed: unknown = value === undefined ? undefined : NameAddrHeader.parse(value);
  return parsed instanceof NameAddrHeader ? parsed : undefined; // another value for one that is malformed
}
