// The one entry to authentication (RFC 3261 §22), for the registrar, the proxy and every other decision that needs the sender. It
// reads credentials and state, checks them, refuses or calls `decide`, and stores the proof.
import type { Outcome } from "../outcome.ts";
import type { Change } from "../state/change.ts";
import { type FlowRecord, flowRecord } from "../state/flow.ts";
import { liveFlow, type ReadSet, type Snapshot } from "../state/snapshot.ts";
import type { SipRequest } from "../syntax/message.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import type { World } from "../world.ts";
import { authenticate, type Authenticated } from "./authenticate.ts";
import type { Role } from "./challenge.ts";
import { credentialsFor, readsFor } from "./credentials.ts";

export interface Protected {
  readonly role: Role;
  /** Reads of the decision besides those of the flow and the credentials: one round trip for all. */
  readonly reads: ReadSet;
  /** An outcome that needs no sender, such as the response to a retransmission; undefined to go on. */
  readonly before?: (snapshot: Snapshot) => Outcome | undefined;
  /** False where the decision makes the flow's record itself, with its bindings, or leaves the flow without one. */
  readonly recordsFlow: boolean;
  readonly decide: (sender: Authenticated, snapshot: Snapshot) => Promise<Outcome> | Outcome;
}

/** @param incoming as it was received: a digest covers the Request-URI that the client wrote */
export async function authenticated(
  incoming: Incoming<SipRequest>,
  world: World,
  { role, reads, before, recordsFlow, decide }: Protected,
): Promise<Outcome> {
  const credentials = credentialsFor(role, incoming, world);
  const snapshot = await world.read(together(incoming.flow, reads, readsFor(credentials, incoming)));
  const early = before?.(snapshot);
  if (early !== undefined) return early;

  const sender = await authenticate({ role, incoming, credentials, snapshot, world });
  if (sender.kind === "unauthenticated") {
    const refused = answerStateless(incoming, sender.reply, world);
    return { ...refused, changes: sender.changes };
  }
  const outcome = await decide(sender, snapshot);
  const known = liveFlow(snapshot, incoming.flow, world.now);
  return withLogin(withProof(outcome, sender, known), incoming.flow, sender, recordsFlow, world);
}

function together(flow: FlowId, reads: ReadSet, needed: ReturnType<typeof readsFor>): ReadSet {
  const { subscribers = [], ...logins } = needed;
  return {
    ...reads,
    ...logins,
    flows: [flow, ...(reads.flows ?? [])],
    ...(subscribers.length > 0 && { subscribers: [...(reads.subscribers ?? []), ...subscribers] }),
  };
}

/**
 * The proof is stored whatever the outcome of the request. A known flow stores its digest by itself, unless the
 * decision stores the flow's record anyway.
 */
function withProof(
  outcome: Outcome,
  { digest, isNew, changes }: Authenticated,
  known: FlowRecord | undefined,
): Outcome {
  const isRecorded = outcome.changes.some(({ kind }) => kind === "flow");
  const proofs: Change[] = [...changes];
  if (!isNew && digest !== undefined && known !== undefined && !isRecorded) {
    proofs.push({ kind: "digest", flow: known.flow, digest, ...(known.lastDigest && { read: known.lastDigest }) });
  }
  return proofs.length === 0 ? outcome : { ...outcome, changes: [...proofs, ...outcome.changes] };
}

/** A request with credentials logs its flow in, whatever its outcome. */
function withLogin(
  outcome: Outcome,
  flow: FlowId,
  { aor, isNew, digest }: Authenticated,
  recordsFlow: boolean,
  { now, platform }: Pick<World, "now" | "platform">,
): Outcome {
  if (!recordsFlow || !isNew) return outcome;
  const record = flowRecord(flow, aor, now + platform.longestFlowSeconds, { lastDigest: digest });
  return { ...outcome, changes: [...outcome.changes, { kind: "flow", record, ifAbsent: true }] };
}
