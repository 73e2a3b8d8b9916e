// Sizes of stored parts, in characters. A DynamoDB row ends at 400 KB, and rows are written again with every change, so
// every part that a client controls has a bound.

/** A contact with its parameters. All bindings of a user are one row. */
export const MAX_CONTACT = 1024;

/** The Call-ID of a REGISTER; every binding keeps it to order the next REGISTER. */
export const MAX_CALL_ID = 256;

/** All Path values of a REGISTER together; each binding keeps them. */
export const MAX_PATH = 1024;

/** The remembered part of a forwarded request (start line, Via, From, To, Call-ID, CSeq); 513 beyond it. */
export const MAX_REMEMBERED = 16_384;

/**
 * A whole request that is kept for later targets; 513 beyond it. It is written again with every response, and an offer
 * of several cameras has a third of that.
 */
export const MAX_KEPT_REQUEST = 32_768;

/** A refusal with its body, kept while another branch may bring a better one. */
export const MAX_KEPT_RESPONSE = 4096;

/** Reason phrase and To of a provisional response that is remembered. */
export const MAX_PROVISIONAL = 1024;

/** A 2xx with its body that could not be delivered and is kept for a caller that may come back. */
export const MAX_UNHEARD = 16_384;

/** Requests within dialogs that wait for the devices of one user; further ones get 430 at once. */
export const MAX_HELD_REQUESTS = 10;

/** All these requests together. They are stored with the bindings, which every call to the user reads. */
export const MAX_HELD = 32_768;

/**
 * Ringing calls that wait for the devices of one user; the timers of further ones find a device that registers. Each of them
 * makes calls that are decided at the same moment a conflict, and a decision is taken twenty times at most.
 */
export const MAX_WAITING_CALLS = 10;

/**
 * The INVITE of a call that waits for a user's devices: an offer of audio and video with all codecs of a browser has half of
 * that. A longer one rings a device that registers with the next look.
 */
export const MAX_WAITING_INVITE = 16_384;

/** All such INVITEs in the registration of a user, which every call to the user reads. */
export const MAX_WAITING_INVITES = 32_768;

/** The name and the address of a caller in a push notification. */
export const MAX_SHOWN_NAME = 200;

/** The Reason of a CANCEL that has to wait. */
export const MAX_CANCEL_REASON = 200;

/** The identifier of the request that carried a digest; a Flow row stays within one write unit. */
export const MAX_ANSWERED_REQUEST = 128;

/** The index of a History-Info entry that is continued; a longer one is of a loop, not of forwardings. */
export const MAX_HISTORY_INDEX = 64;
