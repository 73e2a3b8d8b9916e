// The expiry of a registration (RFC 3261 §10.3 step 7). All values in seconds.

export interface ExpiryPolicy {
  readonly min: number;
  readonly default: number;
  readonly max: number;
}

/** API Gateway cuts a connection that is silent for 600 seconds; the REGISTER refresh must come before. */
export const LONGEST_REGISTRATION_SECONDS = 540;

/** The refresh comes before the platform's ten idle minutes are over, so a phone needs no other keep-alive. */
export const defaultExpiryPolicy: ExpiryPolicy = {
  min: 60,
  default: LONGEST_REGISTRATION_SECONDS,
  max: LONGEST_REGISTRATION_SECONDS,
};

export type Expiry =
  | { readonly kind: "granted"; readonly seconds: number }
  | { readonly kind: "too brief"; readonly minExpires: number }; // becomes 423 with Min-Expires

/** The RFC allows refusing an interval only if it is positive, under an hour and under the minimum. */
export function grantExpiry(requested: number | undefined, policy: ExpiryPolicy): Expiry {
  const wanted = requested ?? policy.default;
  if (wanted === 0) return { kind: "granted", seconds: 0 }; // removal is never too brief
  if (wanted < ONE_HOUR && wanted < policy.min) return { kind: "too brief", minExpires: policy.min };
  return { kind: "granted", seconds: Math.min(wanted, policy.max) };
}

const ONE_HOUR = 3600;
