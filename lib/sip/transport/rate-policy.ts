// How much is taken from whom. Counted in the memory of each execution environment, so that it costs nothing: the bound
// on a deployment is these numbers times its warm environments (README.md).
import type { Rate } from "./token-bucket.ts";

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
 * A phone with fifty lamps subscribes fifty times and is challenged fifty times; then it says a few words a minute. An
 * office of four hundred phones comes back at once when its router does. A gateway to the telephone network is one
 * connection with many calls: it wants numbers of its own.
 */
export const defaultRatePolicy: RatePolicy = {
  flowRequests: { perSecond: 10, burst: 120 },
  flowOthers: { perSecond: 50, burst: 500 },
  aorRequests: { perSecond: 20, burst: 240 },
  sourceRequests: { perSecond: 100, burst: 1000 },
  refusals: { perSecond: 1, burst: 200 },
  unreadable: { perSecond: 0.1, burst: 20 },
  keys: 5000,
};
