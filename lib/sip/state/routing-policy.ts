// A subscriber's decisions about calls to its address (RFC 3261 §16.5: targets may come from any source).
import type { Aor } from "../syntax/aor.ts";
import type { HttpCallee } from "./http-callee.ts";

/** Forward the call, or redirect the caller (§8.3). */
export type Routing = (typeof routings)[number];

export const routings = ["proxy", "redirect"] as const;

/** Where calls, and nothing but calls, go instead. URIs as one would dial them. */
export interface Forwarding {
  /** Every call, at once. */
  readonly always?: string;
  /** When a phone says 486, and where `busyInCall` refuses a call. */
  readonly busy?: string;
  /** When no phone answers in time; and when none is reachable, unless that has a forwarding of its own. */
  readonly noAnswer?: string;
  /** When no phone is registered, or the connections of all of them are gone. */
  readonly unreachable?: string;
  /** Outside of the hours of the address. */
  readonly closed?: string;
}

/** How the members of a group ring: all at once, or one after the other in an order. */
export const groupOrders = ["all", "in-turn", "weighted", "longest-idle"] as const;

export type GroupOrder = (typeof groupOrders)[number];

export interface Hours {
  /** IANA name of the time zone, such as `Europe/Berlin`. */
  readonly zone: string;
  /** Such as `mon-fri 09:00-17:30`. */
  readonly open: readonly string[];
}

export const forwardingNames = [
  "always",
  "busy",
  "noAnswer",
  "unreachable",
  "closed",
] as const satisfies readonly (keyof Forwarding)[];

export interface RoutingPolicy {
  /** Another name of this subscriber: everything below is that one's. */
  readonly aliasOf?: Aor;
  /** Calls ring these. One that is forwarded is passed over, unless it is the only one. */
  readonly group?: readonly Aor[];
  /** Absent: all. */
  readonly groupOrder?: GroupOrder;
  /** Seconds that each member rings where they ring in turn. */
  readonly groupSeconds?: number;
  /** By member, for the order `weighted`; 1 for one that is missing. */
  readonly groupWeights?: Readonly<Record<Aor, number>>;
  /** Calls ring these beside the phones of the user. URIs as one would dial them. */
  readonly alsoRing?: readonly string[];
  /** Calls and texts come to this many of the user's devices, those that connected last. */
  readonly maxDevices?: number;
  /** Outside of them calls ring no phone: they go to `forwarding.closed`, or are answered 480. Texts are delivered. */
  readonly hours?: Hours;
  /** Calls are answered by an HTTP endpoint. */
  readonly http?: HttpCallee;
  /** Absent: the domain's. */
  readonly routing?: Routing;
  readonly forwarding?: Forwarding;
  /** Seconds until a call counts as not answered; absent: as long as timer C lets it ring. */
  readonly ringSeconds?: number;
  /** A user in a call is busy: a second call is answered 486 and rings no phone. Only where calls are tracked. */
  readonly busyInCall?: boolean;
  /** Calls ring no phone: they are forwarded as on busy, or answered 480. Texts are delivered. */
  readonly doNotDisturb?: boolean;
  /** Users whose calls and texts are answered 603; `sip:*@domain` stands for all of a domain. */
  readonly blocked?: readonly string[];
}
