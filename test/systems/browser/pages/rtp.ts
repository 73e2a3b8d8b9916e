// Whether sound arrives: RTP packets as the browser counts them.
import { PATIENCE_MS } from "../patience.ts";

export const LOOK_EVERY_MS = 20;
/** The packets of Opus that are missing at least, and on a busy machine the turns that their sender had. */
export const SILENT_LOOKS = 15;

type Count = () => Promise<number>;

/** Whether a count grows. */
export async function grows(count: Count): Promise<boolean> {
  let before = await count();
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause()) {
    const now = await count();
    if (now > before) return true;
    before = now; // a new stream counts from zero
  }
  return false;
}

/** Whether a count of packets stops. */
async function stops(count: Count): Promise<boolean> {
  let before = await count();
  let looks = 0;
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause()) {
    const now = await count();
    looks = now === before ? looks + 1 : 0;
    if (looks === SILENT_LOOKS) return true;
    before = now;
  }
  return false;
}

/** Whether packets arrive that were not counted yet. */
export function packetsFlow(connection: RTCPeerConnection | undefined): Promise<boolean> {
  return grows(() => packets(connection));
}

/** Whether the packets stop. */
export function isSilent(connection: RTCPeerConnection | undefined): Promise<boolean> {
  return stops(() => packets(connection));
}

async function packets(connection: RTCPeerConnection | undefined): Promise<number> {
  let sum = 0;
  for (const report of ((await connection?.getStats()) ?? new Map()).values()) {
    if (report.type === "inbound-rtp" && report.kind === "audio") sum += report.packetsReceived;
  }
  return sum;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
