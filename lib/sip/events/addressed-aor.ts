// The AOR of a SUBSCRIBE or PUBLISH (RFC 6665 §4.2.1, RFC 3903 §6), if this server is its notifier or state agent: an AOR of its domains, and no dialog
// between phones, no single device, and no foreign address.
import { preprocessRoute } from "../proxy/preprocess-route.ts";
import { readRequestUri } from "../proxy/validate-request.ts";
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import { hasParameter } from "../syntax/parameters.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";

export function addressedAor({ message, essentials }: Incoming<SipRequest>, world: World): Aor | undefined {
  const routed = preprocessRoute(message, essentials, world);
  if (routed.kind !== "by Request-URI") return undefined;
  const read = readRequestUri(routed.request);
  if (!read.ok || !isOurDomain(read.uri, world.settings.domains)) return undefined;
  return hasParameter(read.uri.parameters, "gr") ? undefined : aorOf(read.uri);
}
