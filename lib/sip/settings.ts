// What a deployment may decide. The construct's props feed this type; every number has its reason beside it.
import type { DigestAlgorithm } from "./auth/algorithm.ts";
import { defaultExpiryPolicy, type ExpiryPolicy } from "./registrar/expiry-policy.ts";

export interface Settings {
  /** Domains we are responsible for (RFC 3261 §16.4); the first is the digest realm. Lower case, no port. */
  readonly domains: readonly string[];
  readonly registration: ExpiryPolicy;
  /** Devices one AOR may have registered at a time; each of them is rung by every call. */
  readonly maxBindings: number;
  /** Digest challenges in the order they are offered (RFC 8760 §2.4: the server's preference). */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  /** Seconds a phone may ring before the caller gets 408. RFC 3261 §16.6 step 11 wants timer C above three minutes. */
  readonly ringSeconds: number;
}

/** JsSIP 3.13 and SIP.js 0.21 know MD5 only and give up when another algorithm is offered first. */
export const defaultSettings: Omit<Settings, "domains"> = {
  registration: defaultExpiryPolicy,
  maxBindings: 10,
  digestAlgorithms: ["MD5", "SHA-256"],
  ringSeconds: 185,
};
