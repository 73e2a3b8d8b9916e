// The From that a sender may use: its own address, or the anonymous one (RFC 3323 §4.1).
import { type Aor, aorOf } from "../syntax/aor.ts";
import type { Uri } from "../syntax/uri.ts";
import type { World } from "../world.ts";

/** RFC 3323 §4.1.1.3. Another user part is refused: phones show it as the caller's name. */
const ANONYMOUS = "sip:anonymous@anonymous.invalid";

/** A peer may use any user of the domains it leads to. */
export function mayUseFrom(identity: Aor, from: Uri, { settings }: Pick<World, "settings">): boolean {
  if (from.kind !== "sip") return false;
  const claimed = aorOf(from);
  if (claimed === identity || claimed === ANONYMOUS) return true;
  return Object.hasOwn(settings.peers, from.host) && settings.peers[from.host] === identity;
}
