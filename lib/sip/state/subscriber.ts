// A user with the right to register, with its secrets and policies (RFC 3261 §10.3 step 3, RFC 7616 §3.4.2). Passwords
// are not stored.
import type { Aor } from "../syntax/aor.ts";
import type { RoutingPolicy } from "./routing-policy.ts";
import type { DigestAlgorithm } from "./digest-algorithm.ts";
import type { WatchPolicy } from "./watch-policy.ts";

export interface Subscriber extends RoutingPolicy, WatchPolicy {
  readonly aor: Aor;
  /** H(username:realm:password) in lower-case hexadecimal, per algorithm (RFC 7616 §3.4.2). */
  readonly ha1: Ha1;
  /**
   * The same for clients that give `user@domain` as the digest's user name: H(user@domain:realm:password). Absent for a
   * password that was set by a version without it.
   */
  readonly ha1b?: Ha1;
}

export type Ha1 = Partial<Readonly<Record<DigestAlgorithm, string>>>;
