import type { Aor } from "../syntax/aor.ts";
import type { RoutingPolicy } from "./routing-policy.ts";
import type { DigestAlgorithm } from "./digest-algorithm.ts";

/** Somebody who may register. Passwords are never stored, only what digest needs of them. */
export interface Subscriber extends RoutingPolicy {
  readonly aor: Aor;
  /** H(username:realm:password) in lower-case hexadecimal, per algorithm (RFC 7616 §3.4.2). */
  readonly ha1: Partial<Readonly<Record<DigestAlgorithm, string>>>;
}
