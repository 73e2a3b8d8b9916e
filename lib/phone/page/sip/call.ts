// One call, from the first ring to its end.
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession.js";
import { hasVideo, takeOver } from "../media/stream.ts";
import { texts } from "../texts.ts";
import type { Peer } from "./address.ts";
import { type CallMedia, followMedia } from "./call-media.ts";
import { causeOf, outcomeOf } from "./call-end.ts";
import { type CallState, initialState, type Outcome, partner } from "./call-state.ts";
import { onForgotten } from "./forgotten.ts";
import { createKeys } from "./keys.ts";
import { callReason, transferReason } from "./reasons.ts";
import { refer } from "./refer.ts";

export interface Call {
  readonly state: CallState;
  readonly session: RTCSession;
  answer(stream: MediaStream, pcConfig: RTCConfiguration): void;
  /** Declines, cancels or hangs up, depending on the phase. */
  end(): void;
  mute(isMuted: boolean): void;
  hold(isHeld: boolean): void;
  press(key: string): void;
  /**
   * Sends the track of a camera, or no picture. The call owns the track from now on. Resolves with a sentence if the peer
   * refuses the picture; the call goes on without.
   */
  showCamera(track: MediaStreamTrack | undefined): Promise<string | undefined>;
  /** Takes another microphone or camera. The call owns the track from now on. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  /** Looks for another path to the peer, if this side made the call: two offers at a time would collide. */
  restart(): void;
  /**
   * Transfers the peer. Resolves with a sentence if that fails; the call goes on then. With `other` the target is the peer
   * of that call, which ends too. Throws a TypeError if `target` is not an address.
   */
  transfer(target: string, name: string, other?: Call): Promise<string | undefined>;
  /** The peer is connecting this phone with that one; an empty name ends that. */
  leadsTo(name: string): void;
  /** Whether the end of the call needs no sentence, because another one says it. */
  endsQuietly(isQuiet: boolean): void;
}

export interface CallStart {
  readonly id: number;
  readonly session: RTCSession;
  readonly peer: Peer;
  readonly incoming: boolean;
  readonly offersVideo: boolean;
  readonly forwardedBy?: string;
  readonly local?: MediaStream;
  /** When it began, if it takes the place of a call. */
  readonly since?: number;
  /** Whether messages can be sent. */
  readonly isOnline: () => boolean;
  /** The user that sends this response, if the call was forwarded to it. */
  readonly reachedBy: (response: unknown) => Peer | undefined;
}

export interface CallListener {
  /** Called with every new state. */
  changed(call: Call): void;
  /** The peer asks this phone to call another one; `start` makes that call. */
  referred(call: Call, start: StartCall): void;
  /** Another call replaces this one (RFC 3891); `accept` makes it ring. */
  replaced(call: Call, accept: () => void): void;
  /** Media no longer arrives. */
  lost(call: Call): void;
  /** The server no longer knows the dialog of the call. */
  forgotten(call: Call): void;
}

export type StartCall = (
  begun: (session: RTCSession) => void,
  mediaStream: MediaStream,
  pcConfig: RTCConfiguration,
) => void;

/** RFC 3261 §21.6.2: the other phones of the user stop ringing too. */
const DECLINE = 603;

/** Follows a session to its end. */
export function followCall(
  { session, incoming, isOnline, reachedBy, ...start }: CallStart,
  listener: CallListener,
): Call {
  let endsQuietly = false;
  let state: CallState = {
    ...initialState,
    ...start,
    incoming,
    hasLocalVideo: hasVideo(start.local),
    phase: incoming ? "incoming" : "calling",
  };
  const name = () => partner(state).name;
  const update = (change: Partial<CallState>) => {
    if (state.phase === "over") return;
    state = { ...state, ...change };
    listener.changed(call);
  };
  const over = (words: string, outcome: Outcome) => {
    media.close();
    for (const track of state.local?.getTracks() ?? []) track.stop();
    update({ phase: "over", outcome, ...(!endsQuietly && { words }) });
  };
  const ended = (event: EndEvent) => {
    const why = causeOf(event);
    const wasLost = state.since !== undefined && why.cause === "RTP Timeout";
    const words = wasLost ? texts.ended.failures.connectionLost(name()) : callReason(name(), incoming, why);
    over(words, outcomeOf(state, why));
  };
  const media: CallMedia = followMedia(
    session,
    { isCaller: !incoming, isOnline },
    {
      tracks: (remote, hasRemoteVideo) => update({ remote, hasRemoteVideo }),
      lost: (isLost) => {
        if (state.phase !== "talking") return;
        update({ isLost });
        if (isLost) listener.lost(call);
      },
      gone: (how) => {
        const { peerHungUp, failures } = texts.ended;
        over(how === "closed" ? peerHungUp(name()) : failures.connectionLost(name()), "answered");
        call.end();
      },
    },
  );

  const holdPeer = async (isHeld: boolean) => {
    const isWanted = () => state.isHeld === isHeld;
    const refused = await media.hold(isHeld, isWanted);
    if (refused !== undefined && isHeld && isWanted()) update({ isHoldRefused: true });
  };

  const call: Call = {
    get state() {
      return state;
    },
    session,
    answer: (local, pcConfig) => {
      update({ phase: "connecting", local, hasLocalVideo: hasVideo(local) });
      // Between the offer and the answer: a track that was there before falls silent when a later offer is withdrawn
      // (Chromium 153).
      session.on("connecting", () => {
        for (const track of local.getTracks()) session.connection.addTrack(track, local);
      });
      session.answer({ mediaStream: new MediaStream(), pcConfig });
    },
    end: () => {
      if (!session.isEnded()) session.terminate(state.phase === "incoming" ? { status_code: DECLINE } : {});
    },
    mute: (isMuted) => {
      if (isMuted) session.mute({ audio: true });
      else session.unmute({ audio: true });
      update({ isMuted });
    },
    hold: (isHeld) => {
      if (isHeld === state.isHeld) return;
      update({ isHeld, isHoldRefused: false });
      void holdPeer(isHeld);
    },
    press: createKeys(session),
    showCamera: async (track) => {
      const { local } = state;
      if (local === undefined) {
        track?.stop();
        return undefined;
      }
      takeOver(local, "video", track);
      update({ hasLocalVideo: track !== undefined });
      const refused = await media.showCamera(local, track);
      if (refused === undefined || track === undefined) return undefined;
      takeOver(local, "video", undefined);
      update({ hasLocalVideo: false });
      return texts.call.pictureRefused(name());
    },
    replaceTrack: async (track) => {
      if (state.local === undefined) return track.stop();
      if (track.kind === "audio") track.enabled = !state.isMuted && !state.isHeld;
      takeOver(state.local, track.kind, track);
      update({});
      await media.replace(track);
    },
    restart: () => {
      if (!incoming && state.phase === "talking") media.restart();
    },
    transfer: async (target, asking, other) => {
      const asked = refer(session, target, other?.session);
      update({ asking });
      other?.endsQuietly(true);
      const refusal = await asked;
      if (state.phase === "over") return undefined; // the peer hung up meanwhile
      if (refusal !== undefined) {
        update({ asking: "" });
        other?.endsQuietly(false);
        return transferReason(asking, refusal);
      }
      over(texts.ended.handedOver(name(), asking), "answered");
      call.end();
      other?.end();
      return undefined;
    },
    leadsTo: (name) => update({ leadsTo: name }),
    endsQuietly: (isQuiet) => {
      endsQuietly = isQuiet;
    },
  };

  onForgotten(session, () => {
    if (state.phase === "talking") listener.forgotten(call);
  });
  const responds = (response: unknown, change: Partial<CallState>) => {
    const reached = reachedBy(response);
    update({ ...change, ...(reached && { reached }) });
  };
  session.on("progress", ({ response }: { readonly response: unknown }) => {
    if (!incoming) responds(response, { phase: "ringing" });
  });
  session.on("accepted", ({ response }: { readonly response: unknown }) => {
    if (!incoming) responds(response, {});
  });
  session.on("confirmed", () => update({ phase: "talking", since: state.since ?? Date.now() }));
  session.on("ended", ended);
  session.on("failed", ended);
  session.on("hold", ({ originator }) => {
    if (isRemote(originator)) update({ isWaiting: true });
  });
  session.on("unhold", ({ originator }) => {
    if (isRemote(originator)) update({ isWaiting: false });
  });
  session.on("newDTMF", ({ originator, dtmf }: { readonly originator: unknown; readonly dtmf: { tone: string } }) => {
    if (isRemote(originator)) update({ keysHeard: `${state.keysHeard}${dtmf.tone}`.slice(-MOST_KEYS) });
  });
  session.on("refer", ({ accept }) => {
    listener.referred(call, (begun, mediaStream, pcConfig) => accept(begun, { mediaStream, pcConfig }));
  });
  session.on("replaces", ({ accept }) => {
    listener.replaced(call, () => accept(() => {}));
  });
  return call;
}

const MOST_KEYS = 20;

/** The typings have an enum that the library does not export. */
function isRemote(originator: unknown): boolean {
  return originator === "remote";
}
