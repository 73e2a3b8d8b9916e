// Routes that a client may send (RFC 3261 §16.4).

/** Route values to this server in one request: one per configured outbound proxy. */
export const MAX_PRELOADED_ROUTES = 4;
