import type { End, FlowId } from "../transport/endpoint.ts";
import type { FlowRecord, World } from "../world.ts";

/** Who is on a flow: what the flow is known for. Costs a read, so the flow itself is compared first. */
export async function senderEnd(flow: FlowId, world: World): Promise<End> {
  const seen = await world.look({ flow });
  return endOf(flow, seen.flow, world.now);
}

/** A flow nobody authenticated on is only itself. */
export function endOf(flow: FlowId, record: FlowRecord | undefined, now: number): End {
  if (record === undefined || record.expiresAt <= now) return { flow };
  const { identity, instance } = record;
  return { flow, aor: identity, ...(instance !== undefined && { instance }) };
}
