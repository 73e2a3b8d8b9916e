// Sound and picture of one call: its peer connection, and the tracks in it.
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { createOffers, type OfferSituation } from "./offers.ts";

/** How long a call waits for one more ICE candidate: a silent TURN server would delay the call by ten seconds and more. */
const GATHERING_MILLISECONDS = 2_000;
/** How long a call without media is kept. */
const LOST_MILLISECONDS = 15_000;
/** A peer that hangs up closes its media; its BYE should have come by then. */
const CLOSED_MILLISECONDS = 2_000;

export interface MediaListener {
  /** Tracks arrive, stop or come back. */
  tracks(remote: MediaStream, hasVideo: boolean): void;
  /** Whether media has stopped to arrive. */
  lost(isLost: boolean): void;
  /** The media will not come back: the peer has closed it, or it was lost for too long. */
  gone(how: "closed" | "lost"): void;
}

export interface CallMedia {
  /**
   * Sends this camera track, or none. A re-INVITE announces it to the peer. Resolves with a status if the peer refuses the track:
   * it is not sent then.
   */
  showCamera(local: MediaStream, track: MediaStreamTrack | undefined): Promise<number | undefined>;
  /**
   * Puts the peer on hold, or ends that, unless `isWanted` says no when its turn has come. Resolves with a status if the peer
   * refuses; this side sends nothing then either.
   */
  hold(isHeld: boolean, isWanted: () => boolean): Promise<number | undefined>;
  /** Sends another microphone or camera of the same kind; no re-INVITE. */
  replace(track: MediaStreamTrack): Promise<void>;
  /** Looks for another path to the peer (RFC 8445 §2.4). */
  restart(): void;
  close(): void;
}

export function followMedia(session: RTCSession, situation: OfferSituation, listener: MediaListener): CallMedia {
  const offers = createOffers(session, situation);
  const remote = new MediaStream();
  let patience: ReturnType<typeof setTimeout> | undefined;
  let lossTimer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const watched = new WeakSet<RTCDtlsTransport>();

  const showTracks = () => {
    const live = session.connection.getTransceivers().some(({ receiver: { track }, currentDirection }) => {
      const isMuted = track.muted && !offers.hasWithdrawn(); // after a rollback Chromium 153 leaves it so for ever
      return track.kind === "video" && !isMuted && receives(currentDirection);
    });
    if (!isOver) listener.tracks(remote, live);
  };
  const end = (how: "closed" | "lost", after: number) => {
    clearTimeout(lossTimer);
    lossTimer = setTimeout(() => listener.gone(how), after);
  };
  /** A peer connection that is closed ends its DTLS transport at once; one that crashes is noticed by ICE. */
  const watchTransport = (transport: RTCDtlsTransport) => {
    if (watched.has(transport)) return;
    watched.add(transport);
    transport.addEventListener("statechange", () => {
      if (transport.state === "closed" && !isOver) end("closed", CLOSED_MILLISECONDS);
    });
  };
  const listenTo = (connection: RTCPeerConnection) => {
    connection.addEventListener("track", ({ track }) => {
      remote.addTrack(track);
      for (const event of ["mute", "unmute", "ended"]) track.addEventListener(event, showTracks);
      showTracks();
    });
    connection.addEventListener("signalingstatechange", () => {
      if (connection.signalingState !== "stable") return;
      showTracks();
      for (const { transport } of connection.getReceivers()) if (transport) watchTransport(transport);
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      if (isOver) return;
      const isLost = connection.iceConnectionState === "disconnected";
      if (isLost) end("lost", LOST_MILLISECONDS);
      else clearTimeout(lossTimer);
      listener.lost(isLost);
    });
  };
  session.on("icecandidate", ({ ready }) => {
    clearTimeout(patience);
    patience = setTimeout(ready, GATHERING_MILLISECONDS);
  });
  session.on("peerconnection", ({ peerconnection }) => listenTo(peerconnection));
  if (session.connection) listenTo(session.connection); // an outgoing call has one before this function is called

  return {
    showCamera: async (local, track) => {
      const { connection } = session;
      if (track !== undefined) await addTrack(connection, local, track);
      else if (videoOf(connection) === undefined) return undefined;
      else await removeTrack(connection);
      const refused = await offers.make((accepted) => session.renegotiate({}, accepted));
      if (refused !== undefined && track !== undefined) await removeTrack(connection);
      return refused;
    },
    hold: (isHeld, isWanted) =>
      offers.make((accepted) => isWanted() && (isHeld ? session.hold({}, accepted) : session.unhold({}, accepted))),
    replace: async (track) => {
      const senders = session.connection.getSenders();
      await senders.find((sender) => sender.track?.kind === track.kind)?.replaceTrack(track);
    },
    restart: () => {
      const rtcOfferConstraints = { iceRestart: true };
      void offers.make((accepted) => session.renegotiate({ rtcOfferConstraints }, accepted), rtcOfferConstraints);
    },
    close: () => {
      isOver = true;
      clearTimeout(patience);
      clearTimeout(lossTimer);
    },
  };
}

function receives(direction: RTCRtpTransceiverDirection | null): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

function videoOf(connection: RTCPeerConnection): RTCRtpTransceiver | undefined {
  return connection.getTransceivers().find(({ receiver: { track } }) => track.kind === "video");
}

async function addTrack(connection: RTCPeerConnection, local: MediaStream, track: MediaStreamTrack): Promise<void> {
  const transceiver = videoOf(connection);
  if (transceiver === undefined) return void connection.addTrack(track, local);
  await transceiver.sender.replaceTrack(track);
  transceiver.sender.setStreams(local);
  transceiver.direction = "sendrecv";
}

async function removeTrack(connection: RTCPeerConnection): Promise<void> {
  const transceiver = videoOf(connection);
  if (transceiver === undefined) return;
  await transceiver.sender.replaceTrack(null);
  transceiver.direction = "recvonly";
}
