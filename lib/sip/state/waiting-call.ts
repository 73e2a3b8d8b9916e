// A ringing call that a device of the user joins when it registers (RFC 3261 §16.5, RFC 8599 §5.6.2). It is stored with the
// registration of the user, which every REGISTER reads anyway.

export interface WaitingCall {
  /** Its response context. */
  readonly call: string;
  /** Epoch seconds at which it began to wait. */
  readonly since: number;
  /** Epoch seconds after which no device joins it. */
  readonly until: number;
  /** The INVITE, unless the response context keeps it. */
  readonly message?: string;
}
