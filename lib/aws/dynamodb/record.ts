// A stored record on DynamoDB: where its row is, how it is decoded, and how its changes are written. One file per record
// of `lib/sip/state`, and one line in `records.ts`.
import type { Change } from "../../sip/state/change.ts";
import type { RecordKind, Records } from "../../sip/state/snapshot.ts";
import type { Row, Tables } from "../client/dynamodb.ts";
import type { TableName, TableSchema } from "./schema.ts";

export interface StoredRecord<Kind extends RecordKind> {
  readonly table: TableName;
  /** False: half the price, and data up to a second old. */
  readonly isConsistent: boolean;
  /** The row of the record with this key, see `rowIdOf`. Several kinds share a table by prefixes or sort keys. */
  rowOf(key: string): string;
  /** Whether this row holds a record of this kind. */
  owns(row: string): boolean;
  /**
   * Present for records that share a partition: a key brings the first rows of it, in the order of the sort key; after a line
   * feed and a sort key those from this one on.
   */
  readonly pageSize?: number;
  /** The page is that of the table's index, and the key is its key. */
  readonly isIndexed?: true;
  /** The partition key of a second row that a row names, where a record may have two. Without that row it counts as absent. */
  secondRowOf?(row: Row): string | undefined;
  /** Throws a {@link CorruptRowError} for a row of another shape. */
  decode(row: Row, second?: Row): Records[Kind];
}

/**
 * A row within its table: the value of its partition key, or with a sort key that, a line feed, and the value of the sort
 * key.
 */
export function rowIdOf({ key, sortKey }: TableSchema, row: Row): string | undefined {
  const partition = row[key];
  if (typeof partition !== "string") return undefined;
  return sortKey === undefined ? partition : `${partition}\n${String(row[sortKey])}`;
}

export type Committed = "committed" | "conflict";

/** Writes one change under its condition. @param table the physical name of the record's table */
export type Write<Kind extends Change["kind"]> = (
  db: Tables,
  table: string,
  change: Extract<Change, { readonly kind: Kind }>,
) => Promise<Committed>;

/** Kinds in one table are told apart by a prefix with a colon: connection ids are base64 and have none. */
export function withPrefix(prefix: string): Pick<StoredRecord<RecordKind>, "rowOf" | "owns"> {
  return { rowOf: (key) => prefix + key, owns: (row) => row.startsWith(prefix) };
}
