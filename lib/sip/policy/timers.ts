// Times of transactions and calls (RFC 3261 §16.6 step 11, §17), in seconds.
import { awsPlatform } from "./platform.ts";

/** 64*T1 (RFC 3261 §17.1.1.2, table 4): timers B and F, and the time a finished transaction is kept. */
export const TIMEOUT_SECONDS = 32;

/**
 * §16.6 step 11: timer C must be longer than three minutes. The seconds that the deployment's setting has beyond it
 * save writes.
 */
export const SHORTEST_TIMER_C_SECONDS = 180;

/**
 * How long a request within a dialog waits for a device that has lost its connection: as long as its sender waits (timers B
 * and F), less the time that a late timer and the response may take.
 */
export const HOLD_SECONDS = TIMEOUT_SECONDS - 4;

/** Time that a phone has at least for its response to a request that was held. */
export const ANSWER_SECONDS = 5;

/**
 * Seconds that a kept response outlives its context as it is now. Timers move the end of a context, but no call rings for longer
 * than its connections last.
 */
export const KEPT_RESPONSE_SECONDS = awsPlatform.longestFlowSeconds;

/** How often both ends of a ringing call are looked at after the first timer. */
export const RINGING_LOOK_SECONDS = 30;

/**
 * How long a call is named in the registrations of the users that it rings: so long a device that registers joins it at once, and
 * later with the next look. Most calls are answered by then, and each INVITE that is kept makes the next call's write longer.
 */
export const JOIN_SECONDS = 60;

/**
 * How long an end without a connection may take to come back before the call goes on without it. JsSIP and SIP.js
 * reconnect and register within 2 to 6 s. With the first look after 32 s and the later ones every 30 s, a caller learns
 * of a lost callee within 40 s.
 */
export const RETURN_SECONDS = 7;

/** The Flow-Timer ends this many seconds before the platform closes a silent connection (RFC 5626 §5.4). */
export const FLOW_TIMER_MARGIN_SECONDS = 10;

/**
 * Milliseconds. Messages that a phone sends in the same instant are decided side by side, and one that needs no state overtakes
 * one that writes some. A message that must not arrive first waits this long: the other one's read, write and post take 15 to
 * 40 ms in a warm function.
 */
export const LET_PASS_MILLISECONDS = 75;
