// The snapshot of a read that finds no record.
import { type Snapshot, snapshotOf } from "../../lib/sip/state/snapshot.ts";

export const emptySnapshot: Snapshot = snapshotOf(() => []);
