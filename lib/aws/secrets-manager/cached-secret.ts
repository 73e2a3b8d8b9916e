// The value of a secret. No message waits for it in an environment that is in use: it is read during initialization, and
// read again beside a message before it is too old.

const LIFETIME_SECONDS = 300;
/** From this age on, a message that needs the value starts the next read without waiting for it. */
const REFRESH_SECONDS = 240;

/**
 * Returns the result of `parse`, which is at most five minutes old. Rejects with the error of Secrets Manager or `parse`,
 * which is not cached.
 * @param now epoch seconds
 */
export function cachedSecret<Value>(
  read: () => Promise<string>,
  now: () => number,
  parse: (text: string) => Value,
): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  let readAt = 0;
  let isRefreshing = false;

  /** A failure leaves the value as it is: the next message tries again, and reports it once the value is too old. */
  async function refresh(): Promise<void> {
    isRefreshing = true;
    const startedAt = now();
    try {
      kept = Promise.resolve(parse(await read()));
      readAt = startedAt;
    } finally {
      isRefreshing = false;
    }
  }

  return () => {
    const age = now() - readAt;
    if (kept === undefined || age > LIFETIME_SECONDS) {
      readAt = now();
      kept = read()
        .then(parse)
        .catch((error: unknown) => {
          kept = undefined; // the next message asks again
          throw error;
        });
    } else if (age > REFRESH_SECONDS && !isRefreshing) {
      refresh().catch(() => undefined);
    }
    return kept;
  };
}
