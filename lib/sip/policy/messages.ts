// Messages that wait for a device of their receiver (RFC 3428 §7). Times in seconds.

export interface MessagePolicy {
  /** How long a message waits; 0: messages are not stored, and one to a user without a device is answered 480. */
  readonly keepSeconds: number;
  /** Messages that wait for one user; further ones get 480. */
  readonly perReceiver: number;
  /** Of these, those of one sender. */
  readonly perSender: number;
  /** Characters of a message with its header fields; a longer one gets 413 instead of being stored. */
  readonly longest: number;
}

/** A week, because a phone may be left at work over a holiday. A DynamoDB write unit is 1 KB, so a text costs one. */
export const defaultMessagePolicy: MessagePolicy = {
  keepSeconds: 7 * 86_400,
  perReceiver: 100,
  perSender: 50,
  longest: 16_384,
};

/**
 * A delivery notification (RFC 5438) waits only if fewer than this part of `perReceiver` and `perSender` wait already: each
 * text that had waited causes one, and texts need the room.
 */
export const NOTIFICATION_SHARE = 1 / 5;

/** Messages that one read brings, the oldest first. */
export const MESSAGE_PAGE = 10;

/** Timer F (RFC 3261 §17.1.2.2) and the time of a commit: after it no response of the device comes. */
export const DELIVERY_SECONDS = 35;

/** How long a device has the messages for itself. It is prolonged while they are being delivered. */
export const LEASE_SECONDS = 120;

/** Another process may be between announcing a message and storing it. */
export const STORING_SECONDS = 30;

/** Until a look for a message that was announced and not found. */
export const LOOK_AGAIN_SECONDS = 5;

/** Until another device of the user is looked for: the state must be stored by then. */
export const OTHER_DEVICE_SECONDS = 1;

/** The row of a registration outlives its last message, so that not every message has to prolong it. */
export const ROW_SECONDS = 3600;
