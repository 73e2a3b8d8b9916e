// A session at the endpoint of an HTTP callee: the user agent server's side of one dialog (RFC 3261 §12.1.1), with the data for
// answering a further offer and for ending the session.
import type { Aor } from "../syntax/aor.ts";
import type { HttpCallee } from "./http-callee.ts";

export interface HttpSession {
  /** The To tag of its dialog, and its key. */
  readonly tag: string;
  /** Version of the stored row; 0 before the first write. */
  readonly version: number;
  /** The address that was called. */
  readonly aor: Aor;
  /** The branch of the INVITE. */
  readonly context: string;
  readonly index: number;
  readonly callId: string;
  /** The policy as it was at the POST. */
  readonly callee: HttpCallee;
  readonly state: HttpSessionState;
  /** Epoch seconds of the POST. */
  readonly askedAt: number;
  /** The session's URL: Location, resolved against the URL that answered. */
  readonly url?: string;
  /** The body of the answer. */
  readonly answer?: string;
  /** Epoch seconds of the answer. */
  readonly answeredAt?: number;
  /** The ACK has come. */
  readonly isAcked?: true;
  /** The last offer: a lower CSeq is out of order (§12.2.2), and a repetition gets the same answer (§14.2). */
  readonly offer?: LastOffer;
  /** Present if the endpoint takes ICE restarts by PATCH (RFC 9725 §4.3). */
  readonly ice?: IceOfCaller;
  /** Epoch seconds at which its end began. */
  readonly endedAt?: number;
  /** Epoch seconds of the last request that repeated the end. */
  readonly toldAt?: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/**
 * The POST is under way; answered; its end has to reach the endpoint; over, where a POST may still be under way after a
 * CANCEL.
 */
export const httpSessionStates = ["asked", "open", "ending", "over"] as const;

export type HttpSessionState = (typeof httpSessionStates)[number];

export interface LastOffer {
  /** CSeq number of its request. */
  readonly cseq: number;
  /** Further offers so far: added to the version in the answer's `o=`. */
  readonly count: number;
}

export interface IceOfCaller {
  /** `a=ice-ufrag` of the caller, by which a restart is noticed. */
  readonly ufrag: string;
}
