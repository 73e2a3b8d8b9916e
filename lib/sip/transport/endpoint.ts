// One end of a transaction or dialog (RFC 5626 §3.1), with the data needed to reach it again.
import type { Aor } from "../syntax/aor.ts";

/** One WebSocket connection (RFC 5626 §3.1 "flow"). Opaque; never longer alive than the connection. */
export type FlowId = string;

/** Of a device without a connection, which a push may wake. */
export const NO_FLOW: FlowId = "";

/** The flow it had last, and the device: with `aor` and `instance` its next flow is found when this one is gone. */
export interface Endpoint {
  readonly flow: FlowId;
  readonly aor?: Aor;
  /** Its instance, or the stand-in that `deviceOf` makes; absent for a caller that has not registered. */
  readonly instance?: string;
}

/** The same device, perhaps on another flow. A device that has not registered is known by its flow only. */
export function isSameDevice(a: Endpoint, b: Endpoint): boolean {
  if (a.flow === b.flow && a.flow !== NO_FLOW) return true;
  return a.aor !== undefined && a.aor === b.aor && a.instance !== undefined && a.instance === b.instance;
}
