// The media that really arrives: RTP as the browser counts it.
import type { BrowserContext, Page } from "playwright-core";
import { grows, stops } from "./pages/rtp.ts";

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var connections: RTCPeerConnection[];
}

export type Kind = "audio" | "video";

/**
 * Remembers every peer connection that a page opens later. Its microphone is taken as it is: echo is sought in each 10 ms of
 * sound otherwise, with a sixth of the CPU of a call.
 */
export async function watchConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const { mediaDevices } = navigator; // absent on a page that is not secure
    const capture = mediaDevices?.getUserMedia.bind(mediaDevices);
    const devices = {
      getUserMedia: ({ audio, ...rest }: MediaStreamConstraints = {}) =>
        capture({ ...rest, ...(audio && { audio: { ...(audio === true ? {} : audio), ...plain } }) }),
    };
    if (mediaDevices) Object.assign(mediaDevices, devices);
    globalThis.connections = [];
    globalThis.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, [configuration]: [RTCConfiguration?]) {
        const connection = new target(configuration);
        connections.push(connection);
        return connection;
      },
    });
  });
}

/** Bytes of RTP payload that the newest connection of the page has received. */
function bytesReceived(page: Page, kind: Kind): Promise<number> {
  return page.evaluate(async (wanted) => {
    let bytes = 0;
    for (const report of ((await connections.at(-1)?.getStats()) ?? new Map()).values()) {
      if (report.type === "inbound-rtp" && report.kind === wanted) bytes += report.bytesReceived;
    }
    return bytes;
  }, kind);
}

/** Whether media of every kind arrives. */
export async function receives(page: Page, ...kinds: readonly Kind[]): Promise<boolean> {
  const arrived = await Promise.all(kinds.map((kind) => grows(() => bytesReceived(page, kind))));
  return arrived.every(Boolean);
}

/** Whether sound stops. */
export function isSilent(page: Page): Promise<boolean> {
  return stops(() => bytesReceived(page, "audio"));
}
