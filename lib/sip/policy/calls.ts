// Times of answered calls (RFC 3261 §12 to §15), in seconds.
import { awsPlatform } from "./platform.ts";

/**
 * How long a phone in a call may be without a connection. Its media go on meanwhile. JsSIP tries to connect again after pauses
 * of up to 30 s and then registers at once; SIP.js connects at once and registers within 6 s. So a phone may miss two attempts.
 */
export const LOST_CALL_SECONDS = 90;

/**
 * How long the row of a call lives when nothing is heard of it. A connection lasts two hours at most, and the row is written
 * again when a phone has changed its connection.
 */
export const CALL_ROW_SECONDS = 12 * 3600;

/**
 * Bounds of the longest call. SQS delays a message by 15 minutes at most, and Lambda stops a chain of 16, of which a limit
 * uses `mostLinks` of the platform.
 */
export const SHORTEST_LIMIT_SECONDS = 60;
export const LONGEST_LIMIT_SECONDS = awsPlatform.mostLinks * awsPlatform.longestTimerSeconds;

/** Calls of a user that are looked at to tell whether it is in a call. With more, such as a gateway has, it is. */
export const MAX_CALLS_READ = 50;

/** Clocks of processes differ. A timer that fires this much too early is set again. */
export const CLOCK_SECONDS = 5;

/**
 * A process that ends a call may end before its BYEs are sent. Its timer is delivered again within this time, four times at most:
 * with HTTP callees each 168 s after the one before.
 */
export const BYE_AGAIN_SECONDS = 720;
