// How bindings of one device follow each other (RFC 3261 §10.3 step 7, RFC 5626 §6).

/** Seconds. API Gateway gives an integration 29 s: a REGISTER that comes later is from a connection that is still alive. */
export const LATE_REGISTER_SECONDS = 30;

/** Call-IDs that a binding remembers: up to this many pages that share an instance do not close each other. */
export const MAX_REPLACED = 4;

/** Seconds. User agents that begin with a new Call-ID on every connection are recognized by how quickly they alternate. */
export const FAST_REPLACEMENT_SECONDS = 30;
