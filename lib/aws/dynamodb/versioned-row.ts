// Rows with a version: a write requires that the stored version is the one that was read; 0 stands for an absent row.
import { isDeepStrictEqual } from "node:util";
import { toItem } from "../client/attribute-values.ts";
import type { Condition, Row, Tables } from "../client/dynamodb.ts";
import type { Committed } from "./record.ts";

export interface VersionedRow {
  /** The attribute that is the key. */
  readonly key: string;
  /** With the version that was read. */
  readonly row: { readonly version: number };
  readonly expiresAt: number;
  /** A further condition on a row that is there. */
  readonly also?: Condition;
}

export async function putVersion(
  db: Tables,
  table: string,
  { key, row, expiresAt, also }: VersionedRow,
): Promise<Committed> {
  const isNew = row.version === 0;
  const next = { ...row, version: row.version + 1, expiresAt };
  const result = await db.putIf(table, next, {
    condition: isNew ? "attribute_not_exists(#name)" : ["#name = :read", also?.condition].filter(Boolean).join(" AND "),
    names: { "#name": isNew ? key : "version", ...(!isNew && also?.names) },
    ...(!isNew && { values: { ":read": row.version, ...also?.values } }),
  });
  if (result.kind === "stored") return "committed";
  // A repeated request whose first response was lost finds the row that its first attempt wrote.
  return result.isRepeated && isSameRow(result.stored, next) ? "committed" : "conflict";
}

/** Attributes without a value are not stored. */
function isSameRow(stored: Row | undefined, row: object): boolean {
  return stored !== undefined && isDeepStrictEqual(toItem(stored), toItem(row), { skipPrototype: true });
}
