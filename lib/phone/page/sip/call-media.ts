// Sound and picture of one call: its peer connection, and the tracks in it.
import type { RTCSession } from "jssip/lib/RTCSession.js";

/** How long a call waits for one more ICE candidate: a silent TURN server would delay the call by ten seconds and more. */
const GATHERING_MILLISECONDS = 2_000;
/** How long a call without media is kept. */
const LOST_MILLISECONDS = 15_000;
/** A peer that hangs up closes its media; its BYE should have come by then. */
const CLOSED_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 200;
const RETRIES = 50;

export interface MediaListener {
  /** Tracks arrive, stop or come back. */
  tracks(remote: MediaStream, hasVideo: boolean): void;
  /** Whether media has stopped to arrive. */
  lost(isLost: boolean): void;
  /** The media will not come back: the peer has closed it, or it was lost for too long. */
  gone(how: "closed" | "lost"): void;
}

export interface CallMedia {
  /** Sends this camera track, or none. A re-INVITE announces it to the peer. */
  showCamera(local: MediaStream, track: MediaStreamTrack | undefined): Promise<void>;
  /** Sends another microphone or camera of the same kind; no re-INVITE. */
  replace(track: MediaStreamTrack): Promise<void>;
  /** Looks for another path to the peer (RFC 8445 §2.4). */
  restart(): void;
  close(): void;
}

export function followMedia(session: RTCSession, listener: MediaListener): CallMedia {
  const remote = new MediaStream();
  let patience: ReturnType<typeof setTimeout> | undefined;
  let lossTimer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const watched = new WeakSet<RTCDtlsTransport>();

  const showTracks = () => {
    const live = session.connection.getTransceivers().some(({ receiver: { track }, currentDirection }) => {
      return track.kind === "video" && !track.muted && receives(currentDirection);
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
      const transceiver = videoOf(connection);
      if (track === undefined) {
        if (transceiver === undefined) return;
        await transceiver.sender.replaceTrack(null);
        transceiver.direction = "recvonly";
      } else if (transceiver === undefined) {
        connection.addTrack(track, local);
      } else {
        await transceiver.sender.replaceTrack(track);
        transceiver.sender.setStreams(local);
        transceiver.direction = "sendrecv";
      }
      await whenReady(session, () => session.renegotiate());
    },
    replace: async (track) => {
      const senders = session.connection.getSenders();
      await senders.find((sender) => sender.track?.kind === track.kind)?.replaceTrack(track);
    },
    restart: () => {
      void whenReady(session, () => session.renegotiate({ rtcOfferConstraints: { iceRestart: true } }));
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

/** JsSIP refuses an offer while another one is under way (RFC 3261 §14.1). */
export async function whenReady(session: RTCSession, offer: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < RETRIES && !session.isEnded(); attempt += 1) {
    if (session.isEstablished() && offer()) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
}
