// A token bucket: a steady rate, and a burst.

/** True if one more may pass now. */
export type Throttle = () => boolean;

export function createThrottle(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
): Throttle {
  let tokens = burst;
  let filledAt = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
