// Replays (RFC 7616 §3.4 `nc`, §5.5): a flow stores the last correct digest and takes only later ones.
import { MAX_ANSWERED_REQUEST } from "../policy/sizes.ts";
import type { LastDigest } from "../state/flow.ts";
import type { SipRequest } from "../syntax/message.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { DigestCredentials } from "./digest.ts";
import { issuedAt } from "./nonce.ts";

/** A digest without a count (RFC 2069, RFC 3261 §22.4 item 8) is valid for that one request. */
const ALL_COUNTS = 0xffffffff;

export function digestIn({ nonce, protection }: DigestCredentials, incoming: Incoming<SipRequest>): LastDigest {
  const count = protection === undefined ? ALL_COUNTS : Number.parseInt(protection.nc, 16);
  const request = `${transactionId(incoming, incoming.message.method)} ${matchingKey(incoming)}`;
  return { nonce, count, request: request.slice(0, MAX_ANSWERED_REQUEST) };
}

/** The same nonce with a count not above the last, or a nonce issued no later than the one answered last. */
export function isReplay({ nonce, count }: LastDigest, last: LastDigest): boolean {
  return nonce === last.nonce ? count <= last.count : issuedAt(nonce) <= issuedAt(last.nonce);
}
