// How loud a microphone is, many times a second.

/** Reports levels from 0 to 1 until the returned function is called. */
export function watchLevel(stream: MediaStream, report: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    report(Math.min(1, Math.sqrt(power) * LOUDEST));
  }, MILLISECONDS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

const MILLISECONDS = 80;
/** Speech close to a microphone has an effective value of about a third. */
const LOUDEST = 3;
