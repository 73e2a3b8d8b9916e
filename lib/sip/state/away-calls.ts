// The calls of a device that has lost its connection (RFC 5626 §4.5). They are stored with the registration of its user, which
// every REGISTER reads anyway, so that they go on to the connection it comes back on at no read or write of their own. The
// timers of the calls find here where the device is.
import type { FlowId } from "../transport/endpoint.ts";

export interface AwayCalls {
  /** `deviceOf` the device. */
  readonly device: string;
  /** Ids of their response contexts. */
  readonly calls: readonly string[];
  /** Epoch seconds until which the device may come back, and at which a timer looks. */
  readonly until: number;
  /** The connection that it came back on. */
  readonly flow?: FlowId;
}
