// How much is taken from whom. Counted in the memory of each execution environment, so that it costs nothing: the bound
// on a deployment is these numbers times its warm environments (docs/limits.md).
import type { Rate } from "../limits/token-bucket.ts";

export interface RatePolicy {
  /** Requests of one connection that begin something or ask for something: REGISTER, INVITE, MESSAGE, SUBSCRIBE, INFO … */
  readonly flowRequests: Rate;
  /** Everything else of one connection: responses, ACK, BYE, CANCEL, PRACK, keep-alives. So no call gets stuck. */
  readonly flowOthers: Rate;
  /** Requests of one identity, all its connections together. */
  readonly aorRequests: Rate;
  /** Requests from one address (IPv6: from one /64): an office may have all its phones behind it. */
  readonly sourceRequests: Rate;
  /** Frames of one connection that were turned away, until it is closed: whoever does not hear is hung up on. */
  readonly refusals: Rate;
  /** Frames that cannot be read, of a connection not known to have logged in, until it is closed. */
  readonly unreadable: Rate;
  /** Connections, identities and addresses that are remembered, of each; those unheard of for longest are forgotten. */
  readonly keys: number;
}

/**
 * A switchboard's page watches two hundred phones: it subscribes and is challenged for each, all at once; then it says a few
 * words a minute. An office of eight hundred phones comes back at once when its router does. A gateway to the telephone
 * network is one connection with many calls: it wants numbers of its own. Junk is borne for longer than a broken client
 * would send it, since what hears 400 may learn.
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
