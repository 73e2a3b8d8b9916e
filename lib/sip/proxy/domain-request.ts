// A request to the domain itself: OPTIONS is answered (RFC 3261 §11.2), any other method is refused.
import type { Outcome } from "../outcome.ts";
import { isOurDomain } from "../syntax/aor.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { SipUri } from "../syntax/uri.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerIceServers, asksForIceServers } from "../turn/ice-servers.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { capabilities } from "../uas/domain-options.ts";
import { listTags, refuseExtensions } from "../uas/option-tags.ts";
import { refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";

export function isForDomain(uri: SipUri, { settings }: Pick<World, "settings">): boolean {
  return uri.user === undefined && isOurDomain(uri, settings.domains);
}

export function answerForDomain(incoming: Incoming<SipRequest>, world: World): Outcome | Promise<Outcome> {
  if (incoming.message.method !== "OPTIONS") return answerStateless(incoming, refusal("not-for-domain"), world);
  const unsupported = refuseExtensions(incoming.message, "require", listTags); // §8.2.2.3
  if (unsupported !== undefined) return answerStateless(incoming, unsupported, world);
  if (world.turn && asksForIceServers(incoming.message)) return answerIceServers(incoming, world.turn, world);
  return answerStateless(incoming, capabilities, world);
}
