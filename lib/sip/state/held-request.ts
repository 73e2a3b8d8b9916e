// A request within a dialog whose receiver has no connection at the moment (RFC 5626 §4.5). It is stored with the
// registration of its receiver, which every REGISTER reads anyway.
import type { FlowId } from "../transport/endpoint.ts";

export interface HeldRequest {
  /** The branch of this server's Via. The same request, sent again, has the same. */
  readonly branch: string;
  /** `deviceOf` its receiver. */
  readonly device: string;
  /** As it is sent, this server's Via on top. Empty when a response has come. */
  readonly message: string;
  /** Epoch seconds at which its sender gets a response from this server, or at which `state` is forgotten. */
  readonly until: number;
  /** The flow it was sent on, if it was; no response has come yet. */
  readonly sentOn?: FlowId;
  /** Of its server transaction (RFC 3261 §17.2, RFC 6026 §7.1), when its sender has a response. Accepted: a 2xx to INVITE. */
  readonly state?: (typeof heldStates)[number];
}

export const heldStates = ["proceeding", "accepted", "completed"] as const;
