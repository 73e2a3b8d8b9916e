// One call, from the first ring to the last word, as the page shows it.
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession.js";
import { release } from "./media.ts";
import { callReason } from "./reasons.ts";
import { statusOf } from "./line.ts";

export type Phase = "incoming" | "calling" | "ringing" | "connecting" | "talking" | "over";

export interface CallState {
  readonly phase: Phase;
  /** Who is at the other end, as short as is clear. */
  readonly peer: string;
  /** The other side offered its picture. */
  readonly offersVideo: boolean;
  readonly local?: MediaStream;
  readonly remote?: MediaStream;
  /** Milliseconds of the epoch when both sides could hear each other. */
  readonly since?: number;
  readonly isMuted: boolean;
  readonly isCameraOff: boolean;
  /** How it ended. */
  readonly words?: string;
}

export interface Call {
  readonly state: CallState;
  answer(stream: MediaStream): void;
  /** Declines, cancels or hangs up, whichever it is time for. */
  end(): void;
  mute(isMuted: boolean): void;
  turnCamera(isOff: boolean): void;
}

interface CallStart {
  readonly session: RTCSession;
  readonly peer: string;
  readonly incoming: boolean;
  readonly offersVideo: boolean;
  readonly local?: MediaStream;
}

/** Follows a session; `changed` is called with every new state. */
export function followCall({ session, incoming, ...start }: CallStart, changed: (call: Call) => void): Call {
  let state: CallState = { ...start, phase: incoming ? "incoming" : "calling", isMuted: false, isCameraOff: false };
  const update = (change: Partial<CallState>) => {
    if (state.phase === "over") return;
    state = { ...state, ...change };
    changed(call);
  };
  const over = ({ originator, cause, message }: EndEvent) => {
    const status = statusOf(message);
    release(state.local);
    update({
      phase: "over",
      words: callReason(start.peer, incoming, { originator, cause, ...(status && { status }) }),
    });
  };
  const listenTo = (connection: RTCPeerConnection) => {
    connection.addEventListener("track", ({ streams: [remote] }) => {
      if (remote) update({ remote });
    });
  };

  const call: Call = {
    get state() {
      return state;
    },
    answer: (local) => {
      update({ phase: "connecting", local });
      session.answer({ mediaStream: local });
    },
    end: () => {
      if (!session.isEnded()) session.terminate(state.phase === "incoming" ? { status_code: DECLINE } : {});
    },
    mute: (isMuted) => {
      if (isMuted) session.mute({ audio: true });
      else session.unmute({ audio: true });
      update({ isMuted });
    },
    turnCamera: (isCameraOff) => {
      if (isCameraOff) session.mute({ video: true });
      else session.unmute({ video: true });
      update({ isCameraOff });
    },
  };

  session.on("progress", () => {
    if (!incoming) update({ phase: "ringing" });
  });
  session.on("confirmed", () => update({ phase: "talking", since: Date.now() }));
  session.on("ended", over);
  session.on("failed", over);
  session.on("peerconnection", ({ peerconnection }) => listenTo(peerconnection));
  if (!incoming) listenTo(session.connection); // it came into being before anybody could listen
  return call;
}

/** RFC 3261 §21.6.2: nobody else shall answer either, so the person's other phones stop ringing too. */
const DECLINE = 603;
