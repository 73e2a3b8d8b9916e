// The media that this side of a call sends: microphone and camera, mute and hold.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { hasVideo, takeOver } from "../media/stream.ts";
import { texts } from "../texts.ts";
import type { CallMedia } from "./call-media.ts";
import type { CallProgress } from "./call-progress.ts";
import { partner } from "./call-state.ts";

export interface OwnMedia {
  answer(stream: MediaStream, pcConfig: RTCConfiguration): void;
  mute(isMuted: boolean): void;
  hold(isHeld: boolean): void;
  /**
   * Sends the track of a camera, or no picture. The call owns the track from now on. Resolves with a sentence if the peer
   * refuses the picture; the call goes on without.
   */
  showCamera(track: MediaStreamTrack | undefined): Promise<string | undefined>;
  /** Takes another microphone or camera. The call owns the track from now on. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
}

export function createOwnMedia(session: RTCSession, progress: CallProgress, media: CallMedia): OwnMedia {
  const holdPeer = async (isHeld: boolean) => {
    const isWanted = () => progress.state.isHeld === isHeld;
    const refused = await media.hold(isHeld, isWanted);
    if (refused !== undefined && isHeld && isWanted()) progress.update({ isHoldRefused: true });
  };

  return {
    answer: (local, pcConfig) => {
      progress.update({ phase: "connecting", local, hasLocalVideo: hasVideo(local) });
      // Between the offer and the answer: a track that was there before falls silent when a later offer is withdrawn
      // (Chromium 153).
      session.on("connecting", () => {
        for (const track of local.getTracks()) session.connection.addTrack(track, local);
      });
      session.answer({ mediaStream: new MediaStream(), pcConfig });
    },
    mute: (isMuted) => {
      if (isMuted) session.mute({ audio: true });
      else session.unmute({ audio: true });
      progress.update({ isMuted });
    },
    hold: (isHeld) => {
      if (isHeld === progress.state.isHeld) return;
      progress.update({ isHeld, isHoldRefused: false });
      void holdPeer(isHeld);
    },
    showCamera: async (track) => {
      const { local } = progress.state;
      if (local === undefined) {
        track?.stop();
        return undefined;
      }
      takeOver(local, "video", track);
      progress.update({ hasLocalVideo: track !== undefined });
      const refused = await media.showCamera(local, track);
      if (refused === undefined || track === undefined) return undefined;
      takeOver(local, "video", undefined);
      progress.update({ hasLocalVideo: false });
      return texts.call.pictureRefused(partner(progress.state).name);
    },
    replaceTrack: async (track) => {
      const { local, isMuted, isHeld } = progress.state;
      if (local === undefined) return track.stop();
      if (track.kind === "audio") track.enabled = !isMuted && !isHeld;
      takeOver(local, track.kind, track);
      progress.update({});
      await media.replace(track);
    },
  };
}
