// How bindings of one device follow each other (RFC 3261 §10.3 step 7, RFC 5626 §6).

/** Seconds. API Gateway gives an integration 29 s: a REGISTER that comes later is from a connection that is still alive. */
export const LATE_REGISTER_SECONDS = 30;

/** Call-IDs that a binding remembers: as many pages of one instance leave each other alone. */
export const MAX_REPLACED = 4;

/** Seconds. User agents that begin with a new Call-ID on every connection are recognized by how fast they take turns. */
export const FAST_TURN_SECONDS = 30;
