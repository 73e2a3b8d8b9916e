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
  /** Timers in a row, one set by the other, after which a periodic timer is set no more: it could pass for a loop. */
  readonly mostLinks: number;
}

/** API Gateway, Lambda and SQS (their quota pages). Lambda takes about 16 timers in a row for a loop and stops the chain. */
export const awsPlatform: Platform = {
  idleSeconds: 600,
  longestFlowSeconds: 7200,
  messageLength: 131_072,
  commitSeconds: 12,
  longestTimerSeconds: 900,
  mostLinks: 12,
};
