// The media that really arrives: RTP as the browser counts it.
import type { BrowserContext, Page } from "playwright-core";

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var connections: RTCPeerConnection[];
}

/** How long a test waits for something, on a machine that does other things besides. */
export const PATIENCE_MS = 30_000;

export type Kind = "audio" | "video";

/** Remembers every peer connection that a page opens later. */
export async function watchConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
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
export function bytesReceived(page: Page, kind: Kind): Promise<number> {
  return page.evaluate(async (wanted) => {
    let bytes = 0;
    for (const report of ((await connections.at(-1)?.getStats()) ?? new Map()).values()) {
      if (report.type === "inbound-rtp" && report.kind === wanted) bytes += report.bytesReceived;
    }
    return bytes;
  }, kind);
}

/** Whether the count of every kind grows in time. */
export async function receives(page: Page, ...kinds: readonly Kind[]): Promise<boolean> {
  const count = () => Promise.all(kinds.map((kind) => bytesReceived(page, kind)));
  const before = await count();
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await page.waitForTimeout(50)) {
    const now = await count();
    if (now.every((bytes, index) => bytes > (before[index] ?? 0))) return true;
  }
  return false;
}

/** Whether sound stops for the time of a dozen packets. */
export async function isSilent(page: Page): Promise<boolean> {
  let before = await bytesReceived(page, "audio");
  let since = Date.now();
  for (const deadline = since + PATIENCE_MS; Date.now() < deadline; await page.waitForTimeout(20)) {
    const now = await bytesReceived(page, "audio");
    if (now > before) since = Date.now();
    else if (Date.now() - since > 240) return true;
    before = now;
  }
  return false;
}
