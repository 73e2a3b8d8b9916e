// Loop detection (RFC 3261 §16.3 step 4 as amended by RFC 5393 §4.2). A branch of this server begins with the transaction
// id, a hash of everything that routing depends on. A request that comes back with that unchanged loops; one whose
// Request-URI was changed on the way is a spiral, which is legal.
import { realmOf } from "../policy/settings.ts";
import { headers, type SipRequest } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { MAGIC_COOKIE, parseVia } from "../syntax/via.ts";
import type { World } from "../world.ts";
import type { Incoming } from "../transport/incoming.ts";

/** `id` is the transaction id of the request as it came. */
export function isLooping(
  { message, essentials }: Incoming<SipRequest>,
  id: string,
  world: Pick<World, "settings">,
): boolean {
  if (essentials.hops === 1) return false;
  return headers(message, "via")
    .flatMap(splitList)
    .map(parseVia)
    .some((via) => {
      if (via === undefined || via.host !== realmOf(world)) return false;
      return parameter(via.parameters, "branch")?.startsWith(`${MAGIC_COOKIE}${id}`) === true;
    });
}
