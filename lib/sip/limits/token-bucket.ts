// A token bucket as a value: a steady rate and a burst. The time is passed in.
import type { Rate } from "../policy/rates.ts";

export interface Bucket {
  readonly tokens: number;
  /** Epoch seconds. */
  readonly filledAt: number;
}

export function fullBucket({ burst }: Rate, now: number): Bucket {
  return { tokens: burst, filledAt: now };
}

/** The bucket at `now`. A clock that went back changes nothing. */
export function refilled({ tokens, filledAt }: Bucket, { perSecond, burst }: Rate, now: number): Bucket {
  const seconds = Math.max(0, now - filledAt);
  return { tokens: Math.min(burst, tokens + seconds * perSecond), filledAt: now };
}

export function hasToken({ tokens }: Bucket): boolean {
  return tokens >= 1;
}

export function withoutToken(bucket: Bucket): Bucket {
  return { ...bucket, tokens: bucket.tokens - 1 };
}
