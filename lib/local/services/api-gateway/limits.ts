// Limits of API Gateway. Each can be set, so that a test need not wait two hours.

export interface GatewayLimits {
  /** Bytes of a message, in either direction. */
  readonly messageBytes: number;
  /** Bytes of a frame, in either direction. */
  readonly frameBytes: number;
  /** A connection without a message in either direction is closed after this. */
  readonly idleMs: number;
  /** A connection is closed after this in any case. */
  readonly lifetimeMs: number;
  /** A function that takes longer has failed for the gateway. */
  readonly integrationTimeoutMs: number;
  /** New connections a second. */
  readonly connectionsPerSecond: number;
  /** Messages in and posts together, a second, and the burst. The throttles of the routes apply first. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** Messages of a connection that are handled at the same time; no more are read from it until some are done. */
  readonly messagesAtOnce: number;
  /** Unread bytes of a client; beyond this, posts to it are refused, and a reply by return closes the connection. */
  readonly clientBufferBytes: number;
  /** True if a protocol-level ping counts as traffic. It is not known for AWS, so nothing may rely on it. */
  readonly pingResetsIdle: boolean;
  /** Share of the `$disconnect` events that are lost, 0 to 1: AWS promises best effort only. */
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
  messagesAtOnce: 64,
  clientBufferBytes: 1_048_576,
  pingResetsIdle: false,
  lostDisconnects: 0,
};
