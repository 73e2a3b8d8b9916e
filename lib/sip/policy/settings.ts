// The settings of a deployment, with defaults. The construct's props feed this type; each number has its reason beside it.
import type { DigestAlgorithm } from "../state/digest-algorithm.ts";
import { defaultLockoutPolicy, type LockoutPolicy } from "./lockout.ts";
import type { Aor } from "../syntax/aor.ts";
import type { Routing } from "../state/routing-policy.ts";
import { defaultExpiryPolicy, type ExpiryPolicy } from "./expiry.ts";
import { defaultRatePolicy, type RatePolicy } from "./rates.ts";
import type { BearerChallenge } from "./bearer.ts";
import { LOST_CALL_SECONDS } from "./calls.ts";
import type { PushPolicy } from "./push.ts";
import { DEFAULT_LOGIN_SECONDS } from "./login.ts";
import { defaultMessagePolicy, type MessagePolicy } from "./messages.ts";

export type WhenFull = "refuse" | "replace-oldest";

/** Whether a call has a row until it ends. */
export type CallTracking = "tracked" | "stateless";

export type LaterAnswers = "forward" | "end";

/** When a device that registers during a call to its user rings. */
export type RingOnReturn = "with the next look" | "at once";

export interface Settings {
  /**
   * Domains this deployment is responsible for (RFC 3261 §16.4). Lower case, no port. Each is a digest realm of its own;
   * the first is the server's name in Via and Record-Route.
   */
  readonly domains: readonly string[];
  /** Host names that phones connect to, where they are known: a Route may name one (RFC 7118 §8.2). They have no users. */
  readonly hosts: readonly string[];
  readonly registration: ExpiryPolicy;
  /** Devices that one AOR may have registered at a time; every call rings each of them. */
  readonly maxBindings: number;
  /** One device more than `maxBindings` is refused with 403, or replaces the one that was refreshed least recently. */
  readonly whenFull: WhenFull;
  /** Digest challenges in the order they are offered (RFC 8760 §2.4: the server's preference). */
  readonly digestAlgorithms: readonly DigestAlgorithm[];
  /** Present where SIP takes tokens beside passwords (RFC 8898): the content of the challenge. */
  readonly bearer?: BearerChallenge;
  /**
   * Whether tokens of another service let users in, so that the table of subscribers need not have them all. An address
   * without a device and without a subscriber is then answered 480 instead of 404 (RFC 3261 §21.4.5: 404 needs certainty).
   */
  readonly usersAreElsewhere: boolean;
  /** Failed logins until a lock, and its length. */
  readonly lockout: LockoutPolicy;
  /** Timer C: seconds since the last sign of a ringing phone after which the caller gets 408 (§16.6 step 11: over 180). */
  readonly ringSeconds: number;
  /** Default routing for subscribers without their own. */
  readonly routing: Routing;
  /** The same for single domains. */
  readonly routingByDomain: Readonly<Record<string, Routing>>;
  /** Whether a phone's 3xx is followed by the proxy (§16.7 step 4) or passed to the caller. */
  readonly followsRedirects: boolean;
  /**
   * The 200 of a further device for a call that is answered already: forwarded, because the caller ends that dialog (§16.7
   * step 5, §13.2.2.4), or acknowledged and ended by the proxy, for callers that cannot.
   */
  readonly laterAnswers: LaterAnswers;
  /**
   * A device that registers while a call rings its user joins the ringing at once, which costs each INVITE a write, or when the
   * call is looked at next, up to 32 s later. The default follows from `calls`, see `ringsAtOnce`.
   */
  readonly ringOnReturn?: RingOnReturn;
  /**
   * Whether an answered call has a row until it ends, which both of its connections know. Without it calls cannot be listed
   * or ended from outside, and a call whose phones are gone ends unnoticed; a call costs five writes less.
   */
  readonly calls: CallTracking;
  /** Seconds that a phone in a call may be without a connection before the call is ended. */
  readonly lostCallSeconds: number;
  /** Seconds after which a call is ended; 0 for no limit. Only for tracked calls. */
  readonly longestCallSeconds: number;
  /** Texts (RFC 3428) to users without a device: how long and how many of them wait. */
  readonly messages: MessagePolicy;
  /** Hosts, with a port if it is not 443, that the endpoints of HTTP callees are at. Requests go to no other host. */
  readonly httpHosts: readonly string[];
  /** Foreign domains that a registered device leads to, such as a gateway to the telephone network: domain to its AOR. */
  readonly peers: Readonly<Record<string, Aor>>;
  /** Rates of one connection, one AOR and one network. */
  readonly rates: RatePolicy;
  /** Present where devices are woken by push notifications (RFC 8599). */
  readonly push?: PushPolicy;
  /** Seconds within which a connection must have logged in, or it is closed. Not used where `$connect` asks for tokens. */
  readonly loginSeconds: number;
}

/**
 * SHA-256 before MD5 (RFC 8760 §2.4: the best first). JsSIP 3.13 and SIP.js 0.21 know MD5 only, keep just the last challenge
 * and give up on any other, so MD5 must stand last while these clients are served.
 */
export const defaultSettings: Omit<Settings, "domains"> = {
  registration: defaultExpiryPolicy,
  maxBindings: 10,
  whenFull: "refuse",
  digestAlgorithms: ["SHA-256", "MD5"],
  lockout: defaultLockoutPolicy,
  ringSeconds: 185,
  routing: "proxy",
  routingByDomain: {},
  followsRedirects: false,
  laterAnswers: "forward",
  calls: "tracked",
  lostCallSeconds: LOST_CALL_SECONDS,
  longestCallSeconds: 0,
  messages: defaultMessagePolicy,
  httpHosts: [],
  peers: {},
  rates: defaultRatePolicy,
  loginSeconds: DEFAULT_LOGIN_SECONDS,
  hosts: [],
  usersAreElsewhere: false,
};

/** By default at once, but with the next look where `calls` is "stateless": there a call to one device keeps its three writes. */
export function ringsAtOnce({ ringOnReturn, calls }: Pick<Settings, "ringOnReturn" | "calls">): boolean {
  return ringOnReturn === undefined ? calls === "tracked" : ringOnReturn === "at once";
}

/** The first domain: the name of this server in Via, Record-Route and challenges. */
export function realmOf({ settings }: { readonly settings: Pick<Settings, "domains"> }): string {
  return settings.domains[0] ?? "";
}

/** RFC 3261 §22.1: each domain is a realm. */
export function isOurRealm(
  realm: string | undefined,
  { settings }: { readonly settings: Pick<Settings, "domains"> },
): boolean {
  return realm !== undefined && settings.domains.includes(realm);
}
