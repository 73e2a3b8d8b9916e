// What API Gateway allows. Every number can be set, so that a test need not wait two hours.

export interface GatewayLimits {
  /** Bytes of a message, either way. */
  readonly messageBytes: number;
  /** Bytes of a frame, either way. */
  readonly frameBytes: number;
  /** A connection without a message in either direction is closed after this. */
  readonly idleMs: number;
  /** A connection is closed after this, whatever happens on it. */
  readonly lifetimeMs: number;
  /** A function that takes longer has failed for the gateway. */
  readonly integrationTimeoutMs: number;
  /** New connections a second. */
  readonly connectionsPerSecond: number;
  /** Messages in and posts together, a second; and how many at once. The routes' own throttles go before. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** A client that does not read as fast as it is sent to is refused further posts beyond this. */
  readonly clientBufferBytes: number;
  /** Whether a protocol-level ping counts as traffic. Nobody has measured it on AWS, so nothing may rely on it. */
  readonly pingResetsIdle: boolean;
  /** How many of the `$disconnect` events are lost, 0 to 1: AWS promises its best effort only. */
  readonly lostDisconnects: number;
}

export const defaultLimits: GatewayLimits = {
  messageBytes: 131_072,
  frameBytes: 32_768,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 3_600_000,
  integrationTimeoutMs: 29_000,
  connectionsPerSecond: 500,
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
  clientBufferBytes: 1_048_576,
  pingResetsIdle: false,
  lostDisconnects: 0,
};
