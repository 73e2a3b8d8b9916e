// Which transaction a message belongs to (RFC 3261 §17.2.3), and the tags of responses that belong to none.
import type { SipRequest } from "../syntax/message.ts";
import { aorOf } from "../syntax/aor.ts";
import { readUri } from "../syntax/leniency.ts";
import { parameter } from "../syntax/parameters.ts";
import { unescape } from "../syntax/uri.ts";
import { hashOf } from "../tokens/hash.ts";
import { type SigningKeys, sign } from "../tokens/signature.ts";
import type { Incoming } from "../transport/incoming.ts";

/** 128 bits in base64url. */
const ID_LENGTH = 22;

/**
 * The server transaction of a request, or of the INVITE that a CANCEL means. It is found by the fields that make
 * requests the same (§8.2.2.2: Call-ID, From tag, CSeq, and the addressee for those that come round again); the branch
 * is compared afterwards. So a request that was forked upstream and comes by two ways meets itself and can be refused
 * with 482.
 */
export function transactionId({ message, essentials }: Incoming<SipRequest>, method: string): string {
  const { callId, fromTag, cseq } = essentials;
  return hashOf([callId, fromTag ?? "", cseq.number, method, addresseeOf(message.uri)], ID_LENGTH);
}

/**
 * The part of the Request-URI that routing depends on: user, host and `gr` in one spelling (§19.1.4, RFC 5627). A CANCEL that
 * differs from its INVITE in another part, such as `transport` or a port, still cancels: §17.2.3 matches no Request-URI at
 * all.
 */
function addresseeOf(written: string): string {
  const uri = readUri(written)?.uri;
  if (uri?.kind !== "sip") return written;
  return [aorOf(uri) ?? uri.host, unescape(parameter(uri.parameters, "gr") ?? "")].join("\n");
}

/** The matching key of §17.2.3: the branch, which is unique if it has the magic cookie, and the sent-by. */
export function matchingKey({ essentials: { via } }: Incoming<SipRequest>): string {
  return `${parameter(via.parameters, "branch") ?? ""} ${via.host}:${via.port ?? ""}`;
}

/** §8.2.7: a stateless response has the same tag every time it is sent. */
export function answerTag(arrival: Incoming<SipRequest>, keys: SigningKeys): string {
  return sign("tag", `${transactionId(arrival, arrival.message.method)}\n${matchingKey(arrival)}`, keys).slice(0, 12);
}
