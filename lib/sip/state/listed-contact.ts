// A binding of a user as the user's watchers see it (RFC 3680 §5.3): an entry in the state of its registration.

/** RFC 3680 §4.7.2: its last event. After one of the last three it is over. */
export const contactEvents = ["registered", "refreshed", "expired", "unregistered", "deactivated"] as const;

export interface ListedContact {
  /** The same as long as the binding lives. */
  readonly id: string;
  /** Without the address of its push service. */
  readonly uri: string;
  readonly event: (typeof contactEvents)[number];
  /** In thousandths. */
  readonly q: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly cseq: number;
  readonly instance?: string;
  readonly regId?: number;
  /** RFC 5628 §5.2: a temporary GRUU, which is valid from this CSeq of the registration's Call-ID on. */
  readonly temporaryGruu?: string;
  readonly gruuCseq?: number;
}

/** RFC 3680 §4.7.2 */
export function isActive({ event }: ListedContact): boolean {
  return event === "registered" || event === "refreshed";
}
