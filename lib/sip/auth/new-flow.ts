import type { Aor } from "../location/aor.ts";
import type { FlowRecord } from "../world.ts";

/** What is known of a flow whose first request brought its credentials along, without a REGISTER. `now` in epoch seconds. */
export function newFlow(flow: string, identity: Aor, now: number): FlowRecord {
  return { flow, identity, bound: [], expiresAt: now + 7200 };
}
