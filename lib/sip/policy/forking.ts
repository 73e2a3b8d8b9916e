// Bounds on how far one request is multiplied (RFC 5393 §5) by groups, aliases, forwardings and 3xx responses, so that
// neither a subscriber nor a phone turns this server into an amplifier. Max-Breadth (`proxy/max-breadth.ts`) bounds the
// branches at a time.

/** Targets of one search, and branches of one request that follows redirections; further ones are not rung. */
export const MAX_TARGETS = 100;

/**
 * Users whose registrations name a call that rings them, each for a write. Devices of a call to more users join it with the next
 * look.
 */
export const MAX_JOINABLE_USERS = 10;

/** Members that are looked up for one group, nested groups included: each costs two reads. */
export const MAX_MEMBERS = 100;

/**
 * Members of a group that ring one after the other. Each turn is a timer, and Lambda stops a chain of 16 invocations; a turn
 * of up to 30 s is one link of it.
 */
export const MAX_TURNS = 10;
export const SHORTEST_TURN_SECONDS = 5;
export const LONGEST_TURN_SECONDS = 30;
export const TURN_SECONDS = 15;

/** Addresses that ring beside the phones of a user. They share the members of a search. */
export const MAX_ALSO = 4;

/** Forwardings, aliases and nested groups that one search follows in a row. */
export const MAX_FORWARDINGS = 5;
