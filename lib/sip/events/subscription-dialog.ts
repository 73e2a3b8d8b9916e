// The dialog of a subscription (RFC 3261 §12.1.1), as its row keeps it.
import type { Subscription } from "../state/subscription.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { header, headers, type SipRequest } from "../syntax/message.ts";
import { parseNameAddr } from "../syntax/name-addr.ts";
import { splitList } from "../syntax/scan.ts";
import { hashOf } from "../tokens/hash.ts";
import type { Incoming } from "../transport/incoming.ts";

/** 128 bits in base64url. RFC 6665 §4.5.1: several subscriptions may share a dialog if their Events differ. */
export function subscriptionId({ callId, fromTag = "" }: Essentials, localTag: string, eventId = ""): string {
  return hashOf([callId, fromTag, localTag, eventId], 22);
}

type Dialog = Pick<Subscription, "contact" | "routes" | "callId" | "from" | "to" | "eventId" | "cseq">;

export function dialogOf(
  { message, essentials }: Incoming<SipRequest>,
  localTag: string,
  eventId: string | undefined,
): Dialog {
  const routes = headers(message, "record-route").flatMap(splitList);
  const local = header(message, "to") ?? "";
  return {
    contact: parseNameAddr(header(message, "contact") ?? "")?.address ?? "",
    ...(routes.length > 0 && { routes }),
    callId: essentials.callId,
    from: essentials.toTag === undefined ? `${local};tag=${localTag}` : local,
    to: header(message, "from") ?? "",
    ...(eventId !== undefined && { eventId }),
    cseq: essentials.cseq.number,
  };
}
