// The AOR of a request that this server may answer for a user: SUBSCRIBE and PUBLISH (RFC 6665 §4.2.1, RFC 3903 §6) and the
// OPTIONS for its settings. An AOR of its domains, and no dialog between phones, no single device, and no foreign address.
import { preprocessRoute } from "./preprocess-route.ts";
import { readRequestUri } from "./validate-request.ts";
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import { hasParameter } from "../syntax/parameters.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";

export function addressedAor(
  { message, essentials }: Incoming<SipRequest>,
  world: Pick<World, "settings" | "keys">,
): Aor | undefined {
  const routed = preprocessRoute(message, essentials, world);
  if (routed.kind !== "by Request-URI") return undefined;
  const read = readRequestUri(routed.request);
  if (!read.ok || !isOurDomain(read.uri, world.settings.domains)) return undefined;
  return hasParameter(read.uri.parameters, "gr") ? undefined : aorOf(read.uri);
}
