// Ctrl-C as people expect it: once ends in good order, twice ends at once.

export interface Signals {
  /** What to end before the process does. */
  closeFirst(close: () => Promise<void>): void;
}

/**
 * Ends the process on SIGINT (130), SIGTERM (0) and SIGHUP (129). npm passes on a Ctrl-C that the terminal has sent to
 * every process already, so a second signal counts only after half a second.
 */
export function closeOnSignal(say: (text: string) => void): Signals {
  let close = nothing;
  let askedAt: number | undefined;
  for (const [signal, exitCode] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      const again = askedAt !== undefined && Date.now() - askedAt > SAME_KEYSTROKE_MS;
      if (again) process.exit(exitCode);
      if (askedAt !== undefined) return;
      askedAt = Date.now();
      say("\nStopping …\n");
      close().then(
        () => process.exit(exitCode),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
  return { closeFirst: (step) => void (close = step) };
}

const nothing = (): Promise<void> => Promise.resolve();
const exitCodes = { SIGINT: 130, SIGTERM: 0, SIGHUP: 129 } as const;
const SAME_KEYSTROKE_MS = 500;
