// Limits of the settings that a user makes for itself (RFC 3261 §11). They are in the row of the user, which each call reads:
// 4 KB are one read unit, and a document of this length leaves it at two.

/** Octets of a document; 513 beyond it. */
export const MAX_SETTINGS = 4096;

/** Blocked callers, and contacts. */
export const MAX_LISTED = 50;

/** Seconds of ringing, for users and for the operator's tool. */
export const SHORTEST_RING_SECONDS = 5;
export const LONGEST_RING_SECONDS = 900;

/** Devices that calls come to, for the operator's tool; users have `maxBindings` at most. */
export const MAX_DEVICES = 100;

/** Windows of the hours, for users and for the operator's tool: three a day. */
export const MAX_WINDOWS = 21;

/** A URI that calls are forwarded to or ring beside the phones. */
export const MAX_FORWARD = 256;
