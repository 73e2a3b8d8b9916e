// The state of one call, as the page shows it.
import type { Peer } from "./address.ts";

export type Phase = "incoming" | "calling" | "ringing" | "connecting" | "talking" | "over";

export type Outcome = "answered" | "missed" | "declined" | "failed" | "elsewhere";

export interface CallState {
  readonly id: number;
  readonly phase: Phase;
  readonly peer: Peer;
  readonly incoming: boolean;
  /** The user that answers in place of the peer: the target of a forwarding. */
  readonly reached?: Peer;
  /** Name of the user that has forwarded an incoming call, else empty. */
  readonly forwardedBy: string;
  /** The peer offered its picture. */
  readonly offersVideo: boolean;
  /** Microphone, and the camera while it is on. */
  readonly local?: MediaStream;
  readonly remote?: MediaStream;
  readonly hasLocalVideo: boolean;
  readonly hasRemoteVideo: boolean;
  /** When the call was established, in milliseconds of the epoch. */
  readonly since?: number;
  readonly isMuted: boolean;
  /** Held by this phone. */
  readonly isHeld: boolean;
  /** The peer refused the hold: it was not told, and hears silence. */
  readonly isHoldRefused: boolean;
  /** Held by the peer. */
  readonly isWaiting: boolean;
  /** No media arrives any more. */
  readonly isLost: boolean;
  /** Keys that the peer pressed. */
  readonly keysHeard: string;
  /** The target of a transfer that is under way, else empty. */
  readonly asking: string;
  /** The peer is connecting this phone with that one, else empty. */
  readonly leadsTo: string;
  readonly outcome?: Outcome;
  /** How the call ended. Missing where another sentence says it. */
  readonly words?: string;
}

export const initialState = {
  hasLocalVideo: false,
  hasRemoteVideo: false,
  isMuted: false,
  isHeld: false,
  isHoldRefused: false,
  isWaiting: false,
  isLost: false,
  keysHeard: "",
  asking: "",
  leadsTo: "",
  forwardedBy: "",
} as const satisfies Partial<CallState>;

/** The person at the other end. */
export function partner({ peer, reached }: Pick<CallState, "peer" | "reached">): Peer {
  return reached ?? peer;
}
