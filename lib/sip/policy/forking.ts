// How far one request may be multiplied. Groups, aliases and forwardings are what subscribers wish, and a 3xx is what a
// phone says: neither may make an amplifier of us. Max-Breadth (`max-breadth.ts`) says how many branches at a time.

/** Targets of one search, and branches of one request that follows redirections: what is beyond is not rung. */
export const MAX_TARGETS = 100;

/** Members that are looked up for one group, its groups within groups together: each costs two reads. */
export const MAX_MEMBERS = 100;

/** Somebody who forwards to somebody who forwards … ends here; so does an alias of an alias, and a group in a group. */
export const MAX_FORWARDINGS = 5;
