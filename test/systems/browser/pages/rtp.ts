// Whether sound arrives: RTP packets as the browser counts them.

const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 20;
/** Twelve packets of Opus. */
const SILENCE_MS = 240;

/** Whether packets arrive that were not counted yet. */
export async function packetsFlow(connection: RTCPeerConnection | undefined): Promise<boolean> {
  let before = await packets(connection);
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause()) {
    const now = await packets(connection);
    if (now > before) return true;
    before = now; // a new stream counts from zero
  }
  return false;
}

/** Whether the packets stop. */
export async function isSilent(connection: RTCPeerConnection | undefined): Promise<boolean> {
  let before = await packets(connection);
  let since = Date.now();
  for (const deadline = since + PATIENCE_MS; Date.now() < deadline; await pause()) {
    const now = await packets(connection);
    if (now > before) since = Date.now();
    else if (Date.now() - since > SILENCE_MS) return true;
    before = now;
  }
  return false;
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
