// A contact as an address (RFC 3261 §16.5). The contact of a WebSocket client is a random name under `.invalid` (RFC 7118
// §5) and leads nowhere, so phones are given GRUUs. A phone without a GRUU is passed on by its contact: SIP.js writes it
// into the Refer-To of an attended transfer. The owner of such a contact is stored (`state/contact-owner.ts`).
import { hash } from "node:crypto";
import type { Change } from "../state/change.ts";
import { type Binding, deviceOf } from "../state/registration.ts";
import { liveContactOwner } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { parseUri, type Uri } from "../syntax/uri.ts";
import type { World } from "../world.ts";
import type { Called } from "./gruu.ts";

/** RFC 3323 §4.1.1.3: the host of every anonymous caller; JsSIP has it in the Contact too. */
const ANONYMOUS_HOST = "anonymous.invalid";

/** The key of the contact's owner; undefined for a contact that is not looked up. */
function keyOf(contact: Uri | undefined): string | undefined {
  if (contact?.kind !== "sip" || contact.user === undefined || !contact.host.endsWith(".invalid")) return undefined;
  if (contact.host === ANONYMOUS_HOST) return undefined;
  return hash("sha256", `${contact.user}@${contact.host}`, "base64url");
}

/**
 * The change that stores the contact's owner; costs a read. A contact that two users registered has no device from then
 * on, because the server cannot tell which of them made it up.
 * @param expiresAt epoch seconds
 */
export async function claimContact(
  binding: Binding,
  aor: Aor,
  expiresAt: number,
  world: Pick<World, "read" | "now">,
): Promise<readonly Change[]> {
  const contact = keyOf(parseUri(binding.contact));
  if (contact === undefined) return [];
  const known = liveContactOwner(await world.read({ contactOwners: [contact] }), contact, world.now);
  const isContested = known !== undefined && (known.aor !== aor || known.device === undefined);
  const owner = { contact, aor, expiresAt: Math.max(expiresAt, known?.expiresAt ?? 0) };
  return [{ kind: "contact owner", owner: isContested ? owner : { ...owner, device: deviceOf(binding) } }];
}

/** The device whose contact the URI is. Costs a read if the URI is under `.invalid`. */
export async function calledByContact(uri: Uri, world: Pick<World, "read" | "now">): Promise<Called | undefined> {
  const contact = keyOf(uri);
  if (contact === undefined) return undefined;
  const owner = liveContactOwner(await world.read({ contactOwners: [contact] }), contact, world.now);
  return owner?.device === undefined ? undefined : { aor: owner.aor, instance: owner.device };
}
