// An answered call (RFC 3261 §12): the part of a response context that stays until the call ends, so that it can be listed,
// ended from outside, and ended when a phone is gone.

export interface Call {
  /** The branch that answered. */
  readonly index: number;
  /** To tag of its 2xx: dialogs of other branches have the same Call-ID and another tag. */
  readonly tag: string;
  /** Remote target of the callee (§12.1.2), if the 2xx named one. */
  readonly contact?: string;
  /** Route set from this server to the callee, for a callee behind a proxy. */
  readonly routes?: readonly string[];
  /** Epoch seconds of the first provisional response above 100. */
  readonly ringingAt?: number;
  /** Epoch seconds. */
  readonly answeredAt: number;
  readonly ended?: CallEnd;
}

export interface CallEnd {
  /** Epoch seconds. */
  readonly at: number;
  readonly why: WhyEnded;
}

/** A BYE of one end; an end that is gone; the operator; the longest call of the settings. */
export const whyEnded = ["hung up", "lost", "operator", "too long"] as const;

export type WhyEnded = (typeof whyEnded)[number];
