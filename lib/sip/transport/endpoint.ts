// One end of a transaction or dialog, as far as we must know it to reach it again.
import type { Aor } from "../syntax/aor.ts";

/** One WebSocket connection (RFC 5626 §3.1 "flow"). Opaque; never longer alive than the connection. */
export type FlowId = string;

/** API Gateway closes every connection after two hours. */
export const LONGEST_FLOW_SECONDS = 7200;

/** Where it was last, and who it is: with `aor` and `instance` its next flow is found when this one is gone. */
export interface End {
  readonly flow: FlowId;
  readonly aor?: Aor;
  /** Its instance, or what stands for one (`deviceOf`); absent for who calls without having registered. */
  readonly instance?: string;
}

/** The same device, perhaps on another flow. One that has not registered has no name beyond its flow. */
export function isSameDevice(a: End, b: End): boolean {
  if (a.flow === b.flow) return true;
  return a.aor !== undefined && a.aor === b.aor && a.instance !== undefined && a.instance === b.instance;
}
