// The media that really arrives: RTP as the browser counts it.
import type { BrowserContext, Page } from "playwright-core";
import { LOOK_EVERY_MS, SILENT_LOOKS } from "./pages/rtp.ts";
import { PATIENCE_MS } from "./patience.ts";

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

/** Looks at the newest connection, and does so in the page: a question from outside costs more than a look. */
function watchMedia(page: Page, kinds: readonly Kind[], until: "it grows" | "it stops"): Promise<boolean> {
  const patience = { everyMs: LOOK_EVERY_MS, silentLooks: SILENT_LOOKS, patienceMs: PATIENCE_MS };
  return page.evaluate(
    async ({ kinds, until, everyMs, silentLooks, patienceMs }) => {
      /** Bytes of RTP payload by kind. */
      async function received(): Promise<Map<string, number>> {
        const bytes = new Map<string, number>();
        for (const report of ((await connections.at(-1)?.getStats()) ?? new Map()).values()) {
          if (report.type === "inbound-rtp")
            bytes.set(report.kind, (bytes.get(report.kind) ?? 0) + report.bytesReceived);
        }
        return bytes;
      }
      const waiting = new Map(kinds.map((kind) => [kind, { before: Infinity, looks: 0 }]));
      const deadline = Date.now() + patienceMs;
      while (Date.now() < deadline) {
        const bytes = await received();
        for (const [kind, seen] of waiting) {
          const now = bytes.get(kind) ?? 0;
          seen.looks = now === seen.before ? seen.looks + 1 : 0;
          if (until === "it grows" ? now > seen.before : seen.looks === silentLooks) waiting.delete(kind);
          seen.before = now; // a new stream counts from zero
        }
        if (waiting.size === 0) return true;
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
      return false;
    },
    { kinds, until, ...patience },
  );
}

/** Whether media of every kind arrives. */
export function receives(page: Page, ...kinds: readonly Kind[]): Promise<boolean> {
  return watchMedia(page, kinds, "it grows");
}

/** Whether sound stops. */
export function isSilent(page: Page): Promise<boolean> {
  return watchMedia(page, ["audio"], "it stops");
}
