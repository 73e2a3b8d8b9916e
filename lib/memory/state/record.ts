// A stored record in memory: one file per record of `lib/sip/state`, as in `lib/aws/dynamodb`, and one line in `records.ts`.
import type { Change } from "../../sip/state/change.ts";
import type { RecordKind, Records } from "../../sip/state/snapshot.ts";

/** Every stored record by its key. */
export type Rows = { readonly [Kind in RecordKind]: Map<string, Records[Kind]> };

export type Committed = "committed" | "conflict";

/** Writes one change if its condition holds. */
export type Write<Kind extends Change["kind"]> = (
  rows: Rows,
  change: Extract<Change, { readonly kind: Kind }>,
) => Committed;
