// One call, from the first ring to the last word, as the page shows it.
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession.js";
import { release } from "./media.ts";
import { callReason, transferReason } from "./reasons.ts";
import { refer } from "./refer.ts";
import { statusOf } from "./status.ts";

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
  /** We hold. */
  readonly isHeld: boolean;
  /** The other side holds. */
  readonly isWaiting: boolean;
  /** What the other side pressed on its keypad. */
  readonly keysHeard: string;
  /** Who is being asked to take the call over; nobody: empty. */
  readonly asking: string;
  /** How it ended. */
  readonly words?: string;
}

export interface Call {
  readonly state: CallState;
  answer(stream: MediaStream, pcConfig: RTCConfiguration): void;
  /** Declines, cancels or hangs up, whichever it is time for. */
  end(): void;
  mute(isMuted: boolean): void;
  turnCamera(isOff: boolean): void;
  hold(isHeld: boolean): void;
  press(key: string): void;
  /**
   * Hands the other side over. The words say why that failed; the call goes on then. Rejects with a TypeError if `target`
   * is no address.
   */
  transfer(target: string, name: string): Promise<string | undefined>;
}

interface CallStart {
  readonly session: RTCSession;
  readonly peer: string;
  readonly incoming: boolean;
  readonly offersVideo: boolean;
  readonly local?: MediaStream;
}

export interface CallListener {
  /** Called with every new state. */
  changed(call: Call): void;
  /** The other side connects us to somebody else; `start` makes that call. */
  referred(call: Call, start: StartCall): void;
}

/** Starts the call that the other side asked for. */
export type StartCall = (
  begun: (session: RTCSession) => void,
  mediaStream: MediaStream,
  pcConfig: RTCConfiguration,
) => void;

const initial = { isMuted: false, isCameraOff: false, isHeld: false, isWaiting: false, keysHeard: "", asking: "" };

/** Follows a session to its end. */
export function followCall({ session, incoming, ...start }: CallStart, listener: CallListener): Call {
  let state: CallState = { ...start, ...initial, phase: incoming ? "incoming" : "calling" };
  const update = (change: Partial<CallState>) => {
    if (state.phase === "over") return;
    state = { ...state, ...change };
    listener.changed(call);
  };
  const over = (words: string) => {
    release(state.local);
    update({ phase: "over", words });
  };
  const ended = ({ originator, cause, message }: EndEvent) => {
    const status = statusOf(message);
    over(callReason(start.peer, incoming, { originator, cause, ...(status && { status }) }));
  };
  let patience: ReturnType<typeof setTimeout> | undefined;
  const listenTo = (connection: RTCPeerConnection) => {
    connection.addEventListener("track", ({ streams: [remote] }) => {
      if (remote) update({ remote });
    });
  };

  const call: Call = {
    get state() {
      return state;
    },
    answer: (local, pcConfig) => {
      update({ phase: "connecting", local });
      session.answer({ mediaStream: local, pcConfig });
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
    hold: (isHeld) => {
      const isUnderWay = isHeld ? session.hold() : session.unhold(); // not while the last one is
      if (isUnderWay) update({ isHeld });
    },
    press: (key) => session.sendDTMF(key),
    transfer: async (target, asking) => {
      const asked = refer(session, target);
      update({ asking });
      const refusal = await asked;
      if (state.phase === "over") return undefined; // they left without waiting
      if (refusal !== undefined) {
        update({ asking: "" });
        return transferReason(asking, refusal);
      }
      over(`${start.peer} talks to ${asking} now.`);
      call.end();
      return undefined;
    },
  };

  session.on("icecandidate", ({ ready }) => {
    clearTimeout(patience);
    patience = setTimeout(ready, GATHERING_MILLISECONDS);
  });
  session.on("progress", () => {
    if (!incoming) update({ phase: "ringing" });
  });
  session.on("confirmed", () => update({ phase: "talking", since: Date.now() }));
  session.on("ended", ended);
  session.on("failed", ended);
  session.on("hold", ({ originator }) => {
    if (isRemote(originator)) update({ isWaiting: true });
  });
  session.on("unhold", ({ originator }) => {
    if (isRemote(originator)) update({ isWaiting: false });
  });
  session.on("newDTMF", ({ originator, dtmf }: { readonly originator: unknown; readonly dtmf: { tone: string } }) => {
    if (isRemote(originator)) update({ keysHeard: state.keysHeard + dtmf.tone });
  });
  session.on("refer", ({ accept }) => {
    listener.referred(call, (begun, mediaStream, pcConfig) => accept(begun, { mediaStream, pcConfig }));
  });
  session.on("peerconnection", ({ peerconnection }) => listenTo(peerconnection));
  if (!incoming) listenTo(session.connection); // it came into being before anybody could listen
  return call;
}

/**
 * How long one more way to be reached is waited for: a TURN server that does not answer would hold the call up for ten seconds
 * and more, although most calls do without.
 */
const GATHERING_MILLISECONDS = 2_000;

/** The typings have an enum that the library does not export. */
function isRemote(originator: unknown): boolean {
  return originator === "remote";
}

/** RFC 3261 §21.6.2: nobody else shall answer either, so the person's other phones stop ringing too. */
const DECLINE = 603;
