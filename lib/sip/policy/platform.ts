// Limits of the platform that carries connections, stores rows and fires timers. The implementation of the ports hands them in;
// a server of one process would hand in others.

export interface Platform {
  /** Seconds without a message after which the gateway closes a connection. */
  readonly idleSeconds: number;
  /** Seconds after which the gateway closes any connection. */
  readonly longestFlowSeconds: number;
  /** Characters of one message. */
  readonly messageLength: number;
  /** Seconds a process may take from setting a timer to storing its state. */
  readonly commitSeconds: number;
  /** Seconds that one timer can be delayed. */
  readonly longestTimerSeconds: number;
}

/** Timers in a row that a periodic timer is set after, at most. Lambda stops about the sixteenth. */
export const MAX_LINKS = 12;

/** API Gateway, Lambda and SQS (their quota pages). Lambda takes 16 timers in a row for a loop and stops the chain. */
export const awsPlatform: Platform = {
  idleSeconds: 600,
  longestFlowSeconds: 7200,
  messageLength: 131_072,
  commitSeconds: 12,
  longestTimerSeconds: 900,
};
