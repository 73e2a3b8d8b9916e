// Bounds on how far one request is multiplied (RFC 5393 §5) by groups, aliases, forwardings and 3xx responses, so that
// neither a subscriber nor a phone turns this server into an amplifier. Max-Breadth (`proxy/max-breadth.ts`) bounds the
// branches at a time.

/** Targets of one search, and branches of one request that follows redirections; further ones are not rung. */
export const MAX_TARGETS = 100;

/** Members that are looked up for one group, nested groups included: each costs two reads. */
export const MAX_MEMBERS = 100;

/** Forwardings, aliases and nested groups that one search follows in a row. */
export const MAX_FORWARDINGS = 5;
