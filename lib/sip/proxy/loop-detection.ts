// Loop detection (RFC 3261 §16.3 step 4 as amended by RFC 5393 §4.2). Our branches begin with the id of the transaction,
// a hash of what routing depends on. A request that comes back with all of that unchanged goes in circles; one whose
// Request-URI was changed on the way is a spiral, and legal.
import { headers, type SipRequest } from "../syntax/message.ts";
import { parameter } from "../syntax/parameters.ts";
import { splitList } from "../syntax/scan.ts";
import { MAGIC_COOKIE, parseVia } from "../syntax/via.ts";
import type { Arrival } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { isOurVia } from "../tokens/via-branch.ts";

/** `id` is the transaction id of the request as it came. */
export function isLooping({ message, essentials }: Arrival<SipRequest>, id: string, world: World): boolean {
  if (essentials.hops === 1) return false;
  return headers(message, "via")
    .flatMap(splitList)
    .map(parseVia)
    .some((via) => {
      if (via === undefined || !isOurVia(via, world)) return false;
      return parameter(via.parameters, "branch")?.startsWith(`${MAGIC_COOKIE}${id}`) === true;
    });
}
