// A member of a target set (RFC 3261 §16.5), and the conditional forwarding that applies when the set fails.
import type { Aor } from "../syntax/aor.ts";
import type { Endpoint } from "../transport/endpoint.ts";
import type { Routing } from "./routing-policy.ts";

export interface Target {
  readonly end: Endpoint;
  /** The Request-URI that is sent to it. */
  readonly uri: string;
  /** Thousandths, or the turn in a group; targets with the same value are rung together, the highest first (§16.6). */
  readonly q: number;
  /** Path of the registration (RFC 3327 §5.4), as Route values. */
  readonly routes?: readonly string[];
  readonly dialed?: Dialed;
}

/** The request names one device (RFC 5627), or a number behind a gateway. Absent where it names a user. */
export type Dialed = (typeof dialedThings)[number];

export const dialedThings = ["device", "number"] as const;

/** The subscriber's forwarding on busy, on no answer and on unreachable (3GPP CFB, CFNR, CFNRc), not looked up yet. */
export interface ConditionalForwarding {
  readonly aor: Aor;
  readonly routing: Routing;
  readonly busy?: string;
  readonly noAnswer?: string;
  readonly unreachable?: string;
  /** AORs whose forwarding led here; none of them is asked again. */
  readonly visited: readonly Aor[];
}
