// Times of transactions and calls (RFC 3261 §16.6 step 11, §17), in seconds.

/** 64*T1 (RFC 3261 §17.1.1.2, table 4): timers B and F, and the time a finished transaction is kept. */
export const TIMEOUT_SECONDS = 32;

/** §16.6 step 11: timer C must be longer than three minutes. The seconds that the deployment's setting has beyond it save writes. */
export const SHORTEST_TIMER_C_SECONDS = 180;
