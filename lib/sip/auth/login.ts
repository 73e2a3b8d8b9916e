// A connection logs in by the first request that proves who sends it, be it a REGISTER (`registrar/registrar.ts`) or not.
import type { FlowId } from "../transport/end.ts";
import type { Outcome, World } from "../world.ts";
import type { Identity } from "./identify.ts";

/** Who brings credentials along without a REGISTER logs in by it, whatever becomes of the request. */
export function withLogin(
  outcome: Outcome,
  flow: FlowId,
  { isNew, identity, answer }: Identity,
  { now }: World,
): Outcome {
  if (!isNew) return outcome;
  const record = { flow, identity, bound: [], ...(answer && { answered: answer }), expiresAt: now + 7200 };
  return { ...outcome, changes: [...outcome.changes, { kind: "flow", record, ifAbsent: true }] };
}
