// Replays (RFC 7616 §3.4 `nc`, §5.5): a flow remembers the answer that was right last, and takes only later ones.
import type { Arrival } from "../transport/incoming.ts";
import type { SipRequest } from "../syntax/message.ts";
import { matchingKey, transactionId } from "../transaction/transaction-id.ts";
import type { DigestCredentials } from "./digest.ts";
import { issuedAt } from "./nonce.ts";

/** The last answer to a challenge that was right. */
export interface LastAnswer {
  readonly nonce: string;
  /** `nc` as a number. */
  readonly count: number;
  /** The request that brought it: when that comes again it is no replay but a repetition (§17.2). */
  readonly request: string;
}

/** A nonce that is answered without a count (RFC 2069, RFC 3261 §22.4 item 8) is good for that one request. */
const ALL_COUNTS = 0xffffffff;

export function answerIn({ nonce, protection }: DigestCredentials, arrival: Arrival<SipRequest>): LastAnswer {
  const count = protection === undefined ? ALL_COUNTS : Number.parseInt(protection.nc, 16);
  const request = `${transactionId(arrival, arrival.message.method)} ${matchingKey(arrival)}`;
  return { nonce, count, request: request.slice(0, MAX_REQUEST) };
}

/** Characters; a flow's row should stay within one write unit whatever a client calls its branch. */
const MAX_REQUEST = 128;

/** The same nonce with a count that was there already, or a nonce from before the one that was answered last. */
export function isReplay({ nonce, count }: LastAnswer, last: LastAnswer): boolean {
  return nonce === last.nonce ? count <= last.count : issuedAt(nonce) <= issuedAt(last.nonce);
}
