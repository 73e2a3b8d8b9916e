// The media of an endpoint, by the WebRTC library werift: a session sends back, only receives, or sends the last broadcast.
import { type MediaStreamTrack, RTCPeerConnection } from "werift";

/** The direction in the answer to an offer of `sendrecv`. */
const directions = {
  echo: "sendrecv",
  broadcast: "recvonly",
  watch: "sendonly",
  voicemail: "recvonly",
} as const;

export type Way = keyof typeof directions;

export interface Session {
  readonly answer: string;
  close(): Promise<void>;
}

export interface Stage {
  open(way: Way, offer: string): Promise<Session>;
  /** RTP packets that all sessions have received. */
  packets(): number;
}

export function createStage(): Stage {
  let packets = 0;
  let broadcast: MediaStreamTrack | undefined;

  function trackFor(way: Way, received: MediaStreamTrack): MediaStreamTrack | undefined {
    if (way === "echo") return received;
    return way === "watch" ? broadcast : undefined;
  }

  return {
    packets: () => packets,
    async open(way, offer) {
      const connection = new RTCPeerConnection({});
      await connection.setRemoteDescription({ type: "offer", sdp: offer });
      for (const transceiver of connection.getTransceivers()) {
        const { track } = transceiver.receiver;
        track.onReceiveRtp.subscribe(() => (packets += 1));
        if (way === "broadcast") broadcast = track;
        transceiver.setDirection(directions[way]);
        const sent = trackFor(way, track);
        if (sent !== undefined) await transceiver.sender.replaceTrack(sent);
      }
      await connection.setLocalDescription(await connection.createAnswer());
      return { answer: connection.localDescription?.sdp ?? "", close: () => connection.close() };
    },
  };
}
