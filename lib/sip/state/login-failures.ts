// Failed logins, counted under one key (`lib/sip/limits/lockout.ts`).

export interface LoginFailures {
  readonly key: string;
  readonly count: number;
  /** Epoch seconds of the last failure. */
  readonly last: number;
  /** Epoch seconds; the count is forgotten then. */
  readonly expiresAt: number;
}
