// Tones made by oscillators: no file to load, and a moderate volume.

export interface Tone {
  stop(): void;
}

interface Note {
  readonly hertz: number;
  /** Seconds from the start of the pattern. */
  readonly at: number;
  readonly seconds: number;
}

interface Pattern {
  readonly notes: readonly Note[];
  readonly everySeconds: number;
  readonly volume: number;
}

/** An incoming call: two soft rising notes, twice. */
const ringing: Pattern = {
  notes: [
    { hertz: 659, at: 0, seconds: 0.5 },
    { hertz: 880, at: 0.18, seconds: 0.7 },
    { hertz: 659, at: 0.9, seconds: 0.5 },
    { hertz: 880, at: 1.08, seconds: 0.9 },
  ],
  everySeconds: 3,
  volume: 0.22,
};

/** Ring-back: 425 Hz, one second in five, as in most networks (ITU-T E.180). */
const ringBack: Pattern = { notes: [{ hertz: 425, at: 0, seconds: 1 }], everySeconds: 5, volume: 0.06 };

let context: AudioContext | undefined;

export const playRinging = (): Tone => play(ringing);
export const playRingBack = (): Tone => play(ringBack);

/** Plays until `stop`. Browsers keep a page silent until its first click or key. */
function play(pattern: Pattern): Tone {
  context ??= new AudioContext();
  const output = context.createGain();
  output.gain.value = pattern.volume;
  output.connect(context.destination);

  const sound = (audio: AudioContext) => {
    if (audio.state === "suspended") {
      void audio.resume(); // settles at the first click or key
      return;
    }
    for (const note of pattern.notes) strike(audio, output, note);
  };
  sound(context);
  const repeat = setInterval(sound, pattern.everySeconds * 1000, context);
  return {
    stop: () => {
      clearInterval(repeat);
      output.disconnect();
    },
  };
}

function strike(audio: AudioContext, output: AudioNode, { hertz, at, seconds }: Note): void {
  const start = audio.currentTime + at;
  const source = audio.createOscillator();
  const shape = audio.createGain();
  source.frequency.value = hertz;
  shape.gain.setValueAtTime(0, start);
  shape.gain.linearRampToValueAtTime(1, start + 0.03);
  shape.gain.setValueAtTime(1, start + seconds * 0.6);
  shape.gain.linearRampToValueAtTime(0, start + seconds);
  source.connect(shape).connect(output);
  source.start(start);
  source.stop(start + seconds);
}
