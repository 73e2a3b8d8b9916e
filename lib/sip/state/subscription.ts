// A subscription to the state of a resource (RFC 6665 §4.2): a dialog in which this server is the notifier. Its NOTIFYs are
// numbered by the reports of the state, so that sending one writes nothing.
import type { Endpoint } from "../transport/endpoint.ts";

export interface Subscription {
  /** Event package and AOR, see `resourceOf`. */
  readonly resource: string;
  /** Identifies the dialog and the `id` of its Event among the subscriptions to the resource. */
  readonly id: string;
  /** Version of the stored row; 0 before the first write. */
  readonly version: number;
  /** Where its NOTIFYs go. */
  readonly watcher: Endpoint;
  /** Its remote target (RFC 3261 §12.1.1): the Contact of the latest SUBSCRIBE. */
  readonly contact: string;
  readonly routes?: readonly string[];
  readonly callId: string;
  /** From of its NOTIFYs, with the tag of this server. */
  readonly from: string;
  /** To of its NOTIFYs: the From of the SUBSCRIBE. */
  readonly to: string;
  /** `id` of its Event (RFC 6665 §8.2.1). */
  readonly eventId?: string;
  /** CSeq of the latest SUBSCRIBE. */
  readonly cseq: number;
  /** Reports of the state when the subscription began: the NOTIFYs are counted from it. */
  readonly base: number;
  /** NOTIFYs that were sent for another reason than a change of the state. */
  readonly extra: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** No NOTIFY has been answered yet: the 200 to its SUBSCRIBE may be on its way. */
  readonly isNew?: true;
  /** Epoch seconds of a NOTIFY that must be answered, and has not been. */
  readonly unansweredSince?: number;
  /** The resource list that is notified, instead of a phone: the row has no dialog. */
  readonly list?: string;
  /** Epoch seconds at which its device was found without a connection. A timer looks for it, and it gets no NOTIFY until then. */
  readonly lostAt?: number;
}

/** The key of a subscription among all. */
export function subscriptionKey({ resource, id }: Pick<Subscription, "resource" | "id">): string {
  return `${resource}\n${id}`;
}
