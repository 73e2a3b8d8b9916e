// One call, from the first ring to its end.
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession.js";
import { texts } from "../texts.ts";
import type { Peer } from "./address.ts";
import { causeOf, outcomeOf } from "./call-end.ts";
import { type CallMedia, followMedia } from "./call-media.ts";
import { type CallStart, createCallProgress } from "./call-progress.ts";
import { type CallState, partner } from "./call-state.ts";
import { onForgotten } from "./forgotten.ts";
import { createKeys } from "./keys.ts";
import { createOwnMedia, type OwnMedia } from "./own-media.ts";
import { callReason, transferReason } from "./reasons.ts";
import { refer } from "./refer.ts";
import { followEvents } from "./session-events.ts";

export interface Call extends OwnMedia {
  readonly state: CallState;
  readonly session: RTCSession;
  /** Declines, cancels or hangs up, depending on the phase. */
  end(): void;
  press(key: string): void;
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

/** The session of a call, and its dependencies. */
export interface CallSurroundings {
  readonly session: RTCSession;
  /** Whether messages can be sent. */
  readonly isOnline: () => boolean;
  /** The user that sends this response, if the call was forwarded to it. */
  readonly reachedBy: (response: unknown) => Peer | undefined;
  readonly listener: CallListener;
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
export function followCall(start: CallStart, { session, isOnline, reachedBy, listener }: CallSurroundings): Call {
  const { incoming } = start;
  const progress = createCallProgress(start, () => listener.changed(call));
  const name = () => partner(progress.state).name;
  const over: typeof progress.end = (words, outcome) => {
    media.close();
    progress.end(words, outcome);
  };
  const end = () => {
    const isDeclined = progress.state.phase === "incoming";
    if (!session.isEnded()) session.terminate(isDeclined ? { status_code: DECLINE } : {});
  };
  const media: CallMedia = followMedia(
    session,
    { isCaller: !incoming, isOnline },
    {
      tracks: (remote, hasRemoteVideo) => progress.update({ remote, hasRemoteVideo }),
      lost: (isLost) => {
        if (progress.state.phase !== "talking") return;
        progress.update({ isLost });
        if (isLost) listener.lost(call);
      },
      gone: (how) => {
        const { peerHungUp, failures } = texts.ended;
        over(how === "closed" ? peerHungUp(name()) : failures.connectionLost(name()), "answered");
        end();
      },
    },
  );

  const call: Call = {
    ...createOwnMedia(session, progress, media),
    get state() {
      return progress.state;
    },
    session,
    end,
    press: createKeys(session),
    restart: () => {
      if (!incoming && progress.state.phase === "talking") media.restart();
    },
    transfer: async (target, asking, other) => {
      const asked = refer(session, target, other?.session);
      progress.update({ asking });
      other?.endsQuietly(true);
      const refusal = await asked;
      if (progress.state.phase === "over") return undefined; // the peer hung up meanwhile
      if (refusal !== undefined) {
        progress.update({ asking: "" });
        other?.endsQuietly(false);
        return transferReason(asking, refusal);
      }
      over(texts.ended.handedOver(name(), asking), "answered");
      end();
      other?.end();
      return undefined;
    },
    leadsTo: (name) => progress.update({ leadsTo: name }),
    endsQuietly: (isQuiet) => progress.endsQuietly(isQuiet),
  };

  followEvents(session, progress, reachedBy);
  const ended = (event: EndEvent) => {
    const why = causeOf(event);
    const wasLost = progress.state.since !== undefined && why.cause === "RTP Timeout";
    const words = wasLost ? texts.ended.failures.connectionLost(name()) : callReason(name(), incoming, why);
    over(words, outcomeOf(progress.state, why));
  };
  session.on("ended", ended);
  session.on("failed", ended);
  onForgotten(session, () => {
    if (progress.state.phase === "talking") listener.forgotten(call);
  });
  session.on("refer", ({ accept }) => {
    listener.referred(call, (begun, mediaStream, pcConfig) => accept(begun, { mediaStream, pcConfig }));
  });
  session.on("replaces", ({ accept }) => {
    listener.replaced(call, () => accept(() => {}));
  });
  return call;
}
