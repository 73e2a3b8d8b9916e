// The value of a secret, read once per execution environment and again after five minutes.

const LIFETIME_SECONDS = 300;

/**
 * Returns the result of `parse`. Rejects with the error of Secrets Manager or `parse`, which is not cached.
 * @param now epoch seconds
 */
export function cachedSecret<Value>(
  read: () => Promise<string>,
  now: () => number,
  parse: (text: string) => Value,
): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  let readAt = 0;
  return () => {
    if (kept === undefined || now() - readAt > LIFETIME_SECONDS) {
      readAt = now();
      kept = read()
        .then(parse)
        .catch((error: unknown) => {
          kept = undefined; // the next message asks again
          throw error;
        });
    }
    return kept;
  };
}
