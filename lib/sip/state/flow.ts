// A flow (RFC 5626 §3.1): one WebSocket connection, and the record about it.
import type { Aor } from "../syntax/aor.ts";
import type { FlowId } from "../transport/endpoint.ts";

/** The identity that authenticated on a connection, and other data that ends with the connection. */
export interface FlowRecord {
  readonly flow: FlowId;
  /** The AOR that authenticated here. */
  readonly identity: Aor;
  /** The device that registered here last (`deviceOf`). */
  readonly instance?: string;
  /** AORs with a binding on this flow. */
  readonly bound: readonly Aor[];
  /** The last correct digest of this flow: that one and all before it are replays. */
  readonly lastDigest?: LastDigest;
  /** Calls with an end on this flow, by the ids of their response contexts. A call that has ended may still be among them. */
  readonly calls?: readonly string[];
  /** Event packages in which the calls of its user are, or were, watched. */
  readonly watched?: readonly string[];
  /** Epoch seconds of the end of the last call on this flow. */
  readonly idleSince?: number;
  /**
   * Epoch seconds at which the connection was found closed. The record stays for a while, and a REGISTER that is decided late
   * does not bind the flow again.
   */
  readonly closedAt?: number;
  /** Epoch seconds; not later than the end of the longest possible connection. */
  readonly expiresAt: number;
}

/** The last correct digest, the response to a challenge. */
export interface LastDigest {
  readonly nonce: string;
  /** `nc` as a number. */
  readonly count: number;
  /** The request that carried it: the same request again is a retransmission and no replay (RFC 3261 §17.2). */
  readonly request: string;
}

/** The record of a flow on which `identity` has authenticated. */
export function flowRecord(
  flow: FlowId,
  identity: Aor,
  expiresAt: number,
  {
    instance,
    bound = [],
    lastDigest,
    calls = [],
    watched = [],
  }: {
    readonly instance?: string | undefined;
    readonly bound?: readonly Aor[];
    readonly lastDigest?: LastDigest | undefined;
    readonly calls?: readonly string[];
    readonly watched?: readonly string[];
  } = {},
): FlowRecord {
  return {
    flow,
    identity,
    ...(instance !== undefined && { instance }),
    bound,
    ...(lastDigest !== undefined && { lastDigest }),
    ...(calls.length > 0 && { calls }),
    ...(watched.length > 0 && { watched }),
    expiresAt,
  };
}
