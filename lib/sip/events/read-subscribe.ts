// A SUBSCRIBE before its sender is known (RFC 6665 §4.2.1.1): its package, its lifetime, the list that it brings (RFC 5367), and
// the refusal of one that cannot be read.
import { MAX_DIALOG, subscriptionExpiry } from "../policy/events.ts";
import { MAX_CALL_ID } from "../policy/sizes.ts";
import { field, header, headers, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import type { Incoming } from "../transport/incoming.ts";
import { BROUGHT_LIST, EVENT_LIST, listTags, refuseExtensions, requires, wants } from "../uas/option-tags.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { allowEvents, type EventOf, eventOf, isAccepted } from "./packages.ts";
import { readRecipientList } from "./recipient-list.ts";
import { readLifetime } from "./request.ts";

type ReadSubscribe =
  | {
      readonly ok: true;
      readonly event: EventOf;
      readonly seconds: number;
      /** Of the list that the SUBSCRIBE has brought. */
      readonly uris: readonly string[] | undefined;
    }
  | { readonly ok: false; readonly reply: Reply };

export function readSubscribe(incoming: Incoming<SipRequest>, { settings }: Pick<World, "settings">): ReadSubscribe {
  const { message: request, essentials } = incoming;
  const refused = (reply: Reply): ReadSubscribe => ({ ok: false, reply });
  const unfit = refuseExtensions(request, "proxy-require") ?? refuseExtensions(request, "require", listTags);
  if (unfit !== undefined) return refused(unfit);
  const event = eventOf(request, settings);
  if (event === undefined) return refused(badEvent({ settings }));
  if (!isAccepted(request, event.eventPackage)) return refused(refusal("not-acceptable"));
  const lifetime = readLifetime(request, subscriptionExpiry);
  if (!lifetime.ok) return lifetime;
  const badDialog = refuseDialog(incoming);
  if (badDialog !== undefined) return refused(badDialog);
  const { seconds } = lifetime;
  if (!requires(request, BROUGHT_LIST)) return { ok: true, event, seconds, uris: undefined };
  if (!wants(request, EVENT_LIST)) return refused(listNotSupported());
  // RFC 5367 §3.2: a refresh may leave the list as it is.
  if (request.body === "")
    return essentials.toTag === undefined ? refused(refusal("no-list")) : { ok: true, event, seconds, uris: undefined };
  const list = readRecipientList(request);
  return list.kind === "refused" ? refused(list.reply) : { ok: true, event, seconds, uris: list.uris };
}

export function badEvent({ settings }: Pick<World, "settings">): Reply {
  return refusal("bad-event", { fields: [field("Allow-Events", allowEvents(settings))] });
}

/** RFC 4662 §4.1 */
export function listNotSupported(): Reply {
  return refusal("list-not-supported", { fields: [field("Require", EVENT_LIST)] });
}

/** RFC 3261 §8.1.1.8, §12.1.1: the Contact is where NOTIFYs go, and the tags name the dialog. */
function refuseDialog({ message, essentials }: Incoming<SipRequest>): Reply | undefined {
  if (essentials.fromTag === undefined) return refusal("no-from-tag");
  if (essentials.callId.length > MAX_CALL_ID) return refusal("call-id-too-long");
  const contact = parseNameAddr(header(message, "contact") ?? "");
  if (contact === undefined) return refusal("malformed-contact");
  const kept = [
    ...headers(message, "record-route"),
    header(message, "event"),
    header(message, "from"),
    header(message, "to"),
  ];
  return [contact.address, ...kept].join("").length > MAX_DIALOG ? refusal("contact-too-long") : undefined;
}
