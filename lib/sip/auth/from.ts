// Whom a request may say it is from. An authenticated flow speaks as itself or as nobody.
import { type Aor, aorOf } from "../syntax/aor.ts";
import type { Uri } from "../syntax/uri.ts";
import type { World } from "../world.ts";

/** RFC 3323 §4.1.1.3: the From of who withholds a name. Not with another user part: phones show it as who calls. */
const ANONYMOUS = "sip:anonymous@anonymous.invalid";

/** A peer speaks for everybody in the domains it leads to. */
export function mayUseFrom(identity: Aor, from: Uri, { settings }: World): boolean {
  if (from.kind !== "sip") return false;
  const claimed = aorOf(from);
  if (claimed === identity || claimed === ANONYMOUS) return true;
  return Object.hasOwn(settings.peers, from.host) && settings.peers[from.host] === identity;
}
