// Changes of the media of an established call: one offer at a time, and again after a collision (RFC 3261 §14).
import RequestSender from "jssip/lib/Dialog/RequestSender.js";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { statusOf } from "./status.ts";

declare module "jssip/lib/RTCSession.js" {
  interface RTCSession {
    sendRequest(method: string, options?: RequestOptions): unknown; // which its typings lack
  }
}

interface RequestOptions {
  readonly eventHandlers?: { readonly onErrorResponse?: (response: unknown) => void };
}

/** Asks JsSIP for an offer. False: there is nothing to offer any more. */
export type StartOffer = (accepted: () => void) => boolean;

export interface Offers {
  /**
   * Makes an offer when no other one is under way. Resolves with undefined once it is accepted or not needed any more, else
   * with the status that refused it: the call goes on as it was.
   */
  make(start: StartOffer, constraints?: RTCOfferOptions): Promise<number | undefined>;
  /** Whether an offer was withdrawn: the peer refused it. */
  hasWithdrawn(): boolean;
}

const ACCEPTED = 200;
/**
 * 491: both sides made an offer at the same time. 500: an offer of the peer is still being answered (§14.2). 403: JsSIP says
 * so until it has the ACK of the offer before, which a later message can overtake. 430, 480: the peer is reconnecting.
 */
const PASSING: ReadonlySet<number | undefined> = new Set([403, 430, 480, 491, 500]);
const MOST_ATTEMPTS = 5;
const POLL_MILLISECONDS = 100;

export interface OfferSituation {
  /** This side made the call. */
  readonly isCaller: boolean;
  /** Whether messages can be sent. JsSIP ends a call whose request it cannot send. */
  readonly isOnline: () => boolean;
}

export function createOffers(session: RTCSession, { isCaller, isOnline }: OfferSituation): Offers {
  let settle: ((status: number | undefined) => void) | undefined;
  let isWithdrawn = false;
  let last: Promise<unknown> = Promise.resolve();

  const send = session.sendRequest.bind(session);
  session.sendRequest = (method, options) => {
    if (method !== "INVITE" || settle === undefined) return send(method, options);
    const onErrorResponse = (response: unknown) => settle?.(statusOf(response)); // JsSIP would end the call
    return send(method, { ...options, eventHandlers: { ...options?.eventHandlers, onErrorResponse } });
  };
  // §14.2. JsSIP answers 491 by itself in most cases, and then takes the offer nevertheless.
  session.on("reinvite", ({ reject }) => {
    if (settle !== undefined) reject({ status_code: 491 });
  });

  /** Resolves as soon as an offer may be made; with false if the call has ended. */
  const isReady = async () => {
    while (!session.isEnded()) {
      if (isOnline() && session.isEstablished() && session.isReadyToReOffer()) return true;
      await pause(POLL_MILLISECONDS);
    }
    return false;
  };
  const attempt = (start: StartOffer): Promise<number | undefined> => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    settle = resolve;
    if (!start(() => resolve(ACCEPTED))) resolve(ACCEPTED);
    return promise;
  };
  const withdraw = async () => {
    settle = undefined;
    const { connection } = session;
    if (connection.signalingState !== "have-local-offer") return;
    isWithdrawn = true;
    await connection.setLocalDescription({ type: "rollback" });
  };
  const make = async (first: StartOffer, constraints?: RTCOfferOptions): Promise<number | undefined> => {
    const again: StartOffer = (accepted) =>
      session.renegotiate({ ...(constraints && { rtcOfferConstraints: constraints }) }, accepted);
    let status: number | undefined;
    for (let attempts = 1; attempts <= MOST_ATTEMPTS && (await isReady()); attempts += 1) {
      status = await attempt(attempts === 1 ? first : again);
      await withdraw();
      if (!PASSING.has(status)) break;
      await pause(patience(isCaller));
    }
    return status === ACCEPTED ? undefined : status;
  };

  return {
    hasWithdrawn: () => isWithdrawn,
    make: (start, constraints) => {
      const made = last.then(() => make(start, constraints));
      last = made;
      return made;
    },
  };
}

/** §14.1: 2.1 to 4 s for the side that made the call and so chose its Call-ID, up to 2 s for the other. */
function patience(isCaller: boolean): number {
  return isCaller ? 2_100 + Math.random() * 1_900 : Math.random() * 2_000;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// JsSIP 3.13 repeats an offer one second after a 491, at both ends, so the repetitions collide too.
const receive = RequestSender.prototype._receiveResponse;
RequestSender.prototype._receiveResponse = function (response) {
  if (response.status_code === 491) this._eventHandlers.onErrorResponse(response);
  else receive.call(this, response);
};
