// A MESSAGE (RFC 3428) that waits for a device of its receiver.
import type { FlowId } from "../transport/endpoint.ts";
import type { Aor } from "../syntax/aor.ts";

export interface StoredMessage {
  /** Its receiver. */
  readonly aor: Aor;
  /** Sorts by the time of storing. */
  readonly id: string;
  /** The request as its sender wrote it, without Via and credentials. */
  readonly message: string;
  /** Epoch seconds after which it is not delivered any more (RFC 3428 §4). */
  readonly expiresAt: number;
}

/** That messages wait, in the registration of their receiver: it is read and written by every REGISTER anyway. */
export interface WaitingMessages {
  /** Those of `messaging/entry.ts`. Some may have been delivered meanwhile. */
  readonly entries: readonly string[];
  /** Epoch seconds of the latest one. */
  readonly storedAt: number;
  /** Epoch seconds: the row lives as long, and longer than its last message. */
  readonly until: number;
  /** They are on their way to a device: of several that come back at once, one gets them. */
  readonly delivery?: { readonly flow: FlowId; readonly until: number };
}
