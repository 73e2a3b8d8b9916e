// What a deployment may decide. The construct's props feed this type; every number has its reason beside it.
import type { DigestAlgorithm } from "../state/digest-algorithm.ts";
import type { BearerChallenge } from "../auth/challenge.ts";
import { defaultLockoutPolicy, type LockoutPolicy } from "./lockout.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Routing } from "../state/routing-policy.ts";
import { defaultExpiryPolicy, type ExpiryPolicy } from "./expiry.ts";
import { DEFAULT_LOGIN_SECONDS } from "../auth/login-deadline.ts";
import { defaultRatePolicy, type RatePolicy } from "./rates.ts";

export interface Settings {
  /**
   * Domains we are responsible for (RFC 3261 §16.4). Lower case, no port. Each is a digest realm of its own; the first is
   * what we call ourselves.
   */
  readonly domains: readonly string[];
  /** Host name that phones connect to, where it is known: a Route may say it (RFC 7118 §8.2). No address is of it. */
  readonly host?: string;
  readonly registration: ExpiryPolicy;
  /** Devices one AOR may have registered at a time; each of them is rung by every call. */
  readonly maxBindings: number;
  /** Digest challenges in the order they are offered (RFC 8760 §2.4: the server's preference). */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  /** Present where SIP takes tokens beside passwords (RFC 8898): what the challenge says about them. */
  readonly bearer?: BearerChallenge;
  /** How often passwords may be guessed. */
  readonly lockout: LockoutPolicy;
  /** Timer C: seconds since the last sign of a ringing phone after which the caller gets 408 (§16.6 step 11: over 180). */
  readonly ringSeconds: number;
  /** What becomes of calls where the subscriber has no wish of its own. */
  readonly routing: Routing;
  /** The same for single domains. */
  readonly routingByDomain: Readonly<Record<string, Routing>>;
  /** Whether a 3xx of a phone is followed by us (§16.7 step 4) or passed to the caller. */
  readonly followsRedirects: boolean;
  /** Foreign domains that a device of ours leads to, such as a gateway to the telephone network: domain to its AOR. */
  readonly peers: Readonly<Record<string, Aor>>;
  /** How much one connection, one AOR and one address may ask for. */
  readonly rates: RatePolicy;
  /** Seconds within which a connection must have logged in, or it is closed. Not asked where the door asks for tokens. */
  readonly loginSeconds: number;
}

/**
 * SHA-256 before MD5 (RFC 8760 §2.4: the best first). JsSIP 3.13 and SIP.js 0.21 know MD5 only, keep just the last challenge
 * they are given, and give up on any other: so MD5 must stand last as long as they are to be served.
 */
export const defaultSettings: Omit<Settings, "domains"> = {
  registration: defaultExpiryPolicy,
  maxBindings: 10,
  digestAlgorithms: ["SHA-256", "MD5"],
  lockout: defaultLockoutPolicy,
  ringSeconds: 185,
  routing: "proxy",
  routingByDomain: {},
  followsRedirects: false,
  peers: {},
  rates: defaultRatePolicy,
  loginSeconds: DEFAULT_LOGIN_SECONDS,
};
