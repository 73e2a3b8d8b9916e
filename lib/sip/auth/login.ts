// What a proof leaves behind. A connection is somebody's from the first request that proves who sends it, be it a REGISTER
// (`registrar/registrar.ts`) or not, and remembers the answer that proved it (`replay.ts`).
import { type FlowId, LONGEST_FLOW_SECONDS } from "../transport/endpoint.ts";
import type { Change, FlowRecord, Outcome, World } from "../world.ts";
import type { Identity } from "./authenticate.ts";

/**
 * Who brings credentials along without a REGISTER logs in by it, whatever becomes of the request.
 * @param read what was known of the flow
 */
export function withLogin(
  outcome: Outcome,
  flow: FlowId,
  who: Identity,
  read: FlowRecord | undefined,
  { now }: World,
): Outcome {
  if (!who.isNew) return withProof(outcome, who, read);
  const { identity, answer } = who;
  const expiresAt = now + LONGEST_FLOW_SECONDS;
  const record = { flow, identity, bound: [], ...(answer && { answered: answer }), expiresAt };
  return withProof({ ...outcome, changes: [...outcome.changes, { kind: "flow", record, ifAbsent: true }] }, who, read);
}

/**
 * Whatever becomes of the request, its proof is stored with it. A flow that was somebody's already remembers what it
 * answered; one that was nobody's does so if it is somebody's from now on, in its record.
 */
export function withProof(outcome: Outcome, who: Identity, read: FlowRecord | undefined): Outcome {
  const changes = [...who.changes, ...answered(outcome, who, read)];
  return changes.length === 0 ? outcome : { ...outcome, changes: [...changes, ...outcome.changes] };
}

function answered({ changes }: Outcome, { isNew, answer }: Identity, read: FlowRecord | undefined): readonly Change[] {
  const isInRecord = changes.some(({ kind }) => kind === "flow");
  if (isNew || answer === undefined || read === undefined || isInRecord) return [];
  return [{ kind: "answer", flow: read.flow, answer, ...(read.answered && { read: read.answered }) }];
}
