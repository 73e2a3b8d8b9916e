// Rates that a connection, a user and a network may use (RFC 3261 §21.5.4). Counted in the memory of each execution
// environment, so counting costs nothing; the bound on a deployment is these numbers times its warm environments.

/** A token bucket's refill and size (`limits/token-bucket.ts`). */
export interface Rate {
  /** Above zero; may be a fraction. */
  readonly perSecond: number;
  /** At least one. */
  readonly burst: number;
}

export interface RatePolicy {
  /** Requests of one connection: REGISTER, INVITE, MESSAGE, SUBSCRIBE, INFO and so on. */
  readonly flowRequests: Rate;
  /**
   * All other messages of one connection: responses, ACK, BYE, CANCEL, PRACK, keep-alives. Counted apart so that no
   * call gets stuck.
   */
  readonly flowOthers: Rate;
  /** Requests of one identity, all its connections together. */
  readonly aorRequests: Rate;
  /** Requests from one address (IPv6: from one /64): an office may have all its phones behind it. */
  readonly sourceRequests: Rate;
  /** Rejected messages of one connection tolerated before it is closed. */
  readonly refusals: Rate;
  /** Unreadable messages tolerated before a connection without a login is closed. */
  readonly unreadable: Rate;
  /** Connections, identities and addresses remembered, of each kind; the least recently used are forgotten. */
  readonly keys: number;
}

/**
 * A switchboard's page subscribes to two hundred phones at once and is challenged for each; after that it is quiet. An
 * office of eight hundred phones comes back at once when its router does. A gateway to the telephone network is one
 * connection with many calls and needs numbers of its own. Unreadable messages are tolerated for longer than a broken
 * client sends them, because a client that hears 400 may correct itself.
 */
export const defaultRatePolicy: RatePolicy = {
  flowRequests: { perSecond: 20, burst: 400 },
  flowOthers: { perSecond: 100, burst: 2000 },
  aorRequests: { perSecond: 40, burst: 800 },
  sourceRequests: { perSecond: 200, burst: 2000 },
  refusals: { perSecond: 1, burst: 200 },
  unreadable: { perSecond: 1, burst: 400 },
  keys: 5000,
};
