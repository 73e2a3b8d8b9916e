// Ctrl-C once ends in good order, twice ends at once. A cloud that npm started ends with that npm.

export interface Signals {
  /** Sets the step that runs before the process ends. */
  closeFirst(close: () => Promise<void>): void;
}

/**
 * Ends the process on SIGINT (130), SIGTERM (0) and SIGHUP (129). npm passes on a Ctrl-C that the terminal has sent to
 * every process already, so a second signal counts only after half a second.
 */
export function closeOnSignal(say: (text: string) => void): Signals {
  let close = nothing;
  let askedAt: number | undefined;
  const end = (exitCode: number): void => {
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
  };
  for (const [signal, exitCode] of Object.entries(exitCodes)) process.on(signal, () => end(exitCode));
  if (isNpmStart()) whenOrphaned(() => end(exitCodes.SIGTERM));
  return { closeFirst: (step) => void (close = step) };
}

/** True if npm started this process directly: `npm start` in the checkout or `npx sip-serverless start`. */
function isNpmStart(): boolean {
  return /bin\/local\.ts|^["']?sip-serverless\b/.test(process.env["npm_lifecycle_script"] ?? "");
}

/**
 * npm passes SIGTERM on to its shell, and some shells (dash) end without passing it on. A program that ended its
 * `npm start` would find the port and the data folder still taken.
 */
function whenOrphaned(act: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, LOOK_FOR_PARENT_MS);
  watch.unref();
}

const nothing = (): Promise<void> => Promise.resolve();
const exitCodes = { SIGINT: 130, SIGTERM: 0, SIGHUP: 129 } as const;
const SAME_KEYSTROKE_MS = 500;
const LOOK_FOR_PARENT_MS = 200;
