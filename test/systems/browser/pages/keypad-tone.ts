// The key of a keypad that is heard in a call: each key is a pair of tones (ITU-T Q.23).

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
const KEYS = ["123A", "456B", "789C", "*0#D"];

/** Milliseconds that a key is pressed: long enough to be detected on a busy machine. */
export const TONE_MS = 2_000;
const PATIENCE_MS = 5_000;
/** Decibels by which a tone is louder than the others of its group. */
const DISTANCE = 15;
/** Decibels below which the sound counts as silence. */
const AUDIBLE = -60;

/** The first key that is heard on this connection; undefined after five seconds without one. */
export async function listenForKey(connection: RTCPeerConnection | undefined): Promise<string | undefined> {
  const [receiver] = connection?.getReceivers() ?? [];
  if (receiver === undefined) return undefined;
  const stream = new MediaStream([receiver.track]);
  const speaker = new Audio(); // Chromium decodes a stream only if it is played
  speaker.srcObject = stream;
  speaker.muted = true;
  await speaker.play();
  const ear = new AudioContext();
  try {
    const analyser = new AnalyserNode(ear, { fftSize: 2048, smoothingTimeConstant: 0 });
    ear.createMediaStreamSource(stream).connect(analyser);
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await nextLook()) {
      const key = keyIn(analyser, ear.sampleRate);
      if (key !== undefined) return key;
    }
    return undefined;
  } finally {
    speaker.srcObject = null;
    await ear.close();
  }
}

function keyIn(analyser: AnalyserNode, sampleRate: number): string | undefined {
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(spectrum);
  const loudness = (hertz: number) => spectrum[Math.round((hertz * analyser.fftSize) / sampleRate)] ?? -Infinity;
  const row = loudest(ROWS.map(loudness));
  const column = loudest(COLUMNS.map(loudness));
  return row === undefined || column === undefined ? undefined : KEYS[row]?.[column];
}
/** Index of the tone that is louder than the others. */
function loudest(levels: readonly number[]): number | undefined {
  const index = levels.indexOf(Math.max(...levels));
  const level = levels[index] ?? -Infinity;
  const standsOut = levels.every((other, at) => at === index || other < level - DISTANCE);
  return level > AUDIBLE && standsOut ? index : undefined;
}

function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
