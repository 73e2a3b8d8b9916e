// Addresses that are answered over HTTP (RFC 9725 §4.2): times in seconds, and bounds.

/**
 * How long an endpoint may take for its answer. API Gateway waits 29 s for the function that asks, which needs some of them for
 * itself.
 */
export const ANSWER_WITHIN_SECONDS = 20;

/** After this time the process that asked has ended: an API Gateway invocation lasts 29 s. */
export const ASKED_SECONDS = 30;

/** Seconds after the answer at which it is sent again, if its ACK has not come; doubled each time (RFC 3261 §13.3.1.4). */
export const ACK_SECONDS = 4;

/** A process that told the endpoint of the end has ended after this time. */
export const END_AGAIN_SECONDS = 30;

/** From here on the end of a session is not told again. One timer that fails comes again after 168 s. */
export const END_GIVEN_UP_SECONDS = 300;

/** Calls at a time of a callee without a limit of its own. */
export const DEFAULT_HTTP_CALLS = 10;

/** Of these, calls of one caller: a user must not be able to occupy a callee. */
export const DEFAULT_HTTP_CALLS_OF_CALLER = 2;

/** Characters of an answer. It is stored, and goes to the phone as one frame of 32 KB at most. */
export const MAX_ANSWER = 24_576;

/** A session keeps its row this long after its end: repeated requests and late timers find it. */
export const OVER_SECONDS = 300;
