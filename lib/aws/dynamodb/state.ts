// The state on DynamoDB: one batch read for everything a decision needs, conditional writes of single items.
import type { Ports } from "../../signaling/ports.ts";
import { type Change, inSteps } from "../../sip/state/change.ts";
import { type ReadSet, type RecordKind, type Records, snapshotOf } from "../../sip/state/snapshot.ts";
import type { Read, Row, Tables } from "../client/dynamodb.ts";
import { type Committed, rowIdOf, type StoredRecord } from "./record.ts";
import { records, writes } from "./records.ts";
import { schema, type TableName, type TableSchema } from "./schema.ts";

/** The physical name of a table. */
export type TableNames = (table: TableName) => string;

export function createDynamoState(db: Tables, tables: TableNames): Pick<Ports, "read" | "commit"> {
  function store<Kind extends Change["kind"]>(
    kind: Kind,
    change: Extract<Change, { readonly kind: Kind }>,
  ): Promise<Committed> {
    const { table, write } = writes[kind];
    return write(db, tables(table), change);
  }

  return {
    async read(keys) {
      const [batch, pages, queried] = await Promise.all([
        db.readBatch(readsFor(keys, tables)),
        readPages(db, keys, tables),
        Promise.all((keys.watchers ?? []).filter(isStorable).map((resource) => watchersOf(db, resource, tables))),
      ]);
      const first = withRows(batch, queried.flat(), tables);
      const second = await db.readBatch(secondReads(first, tables));
      return snapshotOf(
        (kind) => pagesOf(pages, kind, records[kind]) ?? recordsIn(first, second, records[kind], tables),
      );
    },
    async commit(changes) {
      for (const step of inSteps(changes)) {
        if ((await Promise.all(step.map((change) => store(change.kind, change)))).includes("conflict"))
          return "conflict";
      }
      return "committed";
    },
  };
}

/** A query for each partition. */
function watchersOf(db: Tables, resource: string, tables: TableNames): Promise<readonly Row[]> {
  return db.query(tables("events"), schema.events.key, resource);
}

function withRows(batch: Found, watchers: readonly Row[], tables: TableNames): Found {
  if (watchers.length === 0) return batch;
  const events = tables("events");
  return new Map([...batch, [events, [...(batch.get(events) ?? []), ...watchers]]]);
}

async function readPages(
  db: Tables,
  keys: ReadSet,
  tables: TableNames,
): Promise<ReadonlyMap<RecordKind, readonly Row[]>> {
  const pages = KINDS.flatMap((kind) => {
    const { table, pageSize, isIndexed } = records[kind];
    const { key, sortKey, index }: TableSchema = schema[table];
    const partition = isIndexed && index !== undefined ? { key: index.key, index: index.name } : { key };
    const ids = pageSize === undefined ? [] : [...new Set(keys[kind] ?? [])].filter(isStorable);
    return ids.map(async (wanted) => {
      const [id = "", value] = wanted.split("\n");
      const from = sortKey !== undefined && value !== undefined ? { from: { sortKey, value } } : {};
      const rows = await db.queryFirst(tables(table), { ...partition, id, ...from }, pageSize ?? 0);
      return { kind, rows };
    });
  });
  const found = await Promise.all(pages);
  return new Map(KINDS.map((kind) => [kind, found.flatMap((page) => (page.kind === kind ? page.rows : []))]));
}

function pagesOf<Kind extends RecordKind>(
  pages: ReadonlyMap<RecordKind, readonly Row[]>,
  kind: Kind,
  record: StoredRecord<Kind>,
): readonly Records[Kind][] | undefined {
  return record.pageSize === undefined ? undefined : pages.get(kind)?.map((row) => record.decode(row));
}

type Found = ReadonlyMap<string, readonly Row[]>;

function recordsIn<Kind extends RecordKind>(
  first: Found,
  second: Found,
  record: StoredRecord<Kind>,
  tables: TableNames,
): readonly Records[Kind][] {
  const table = tables(record.table);
  const { key } = schema[record.table];
  return ownRows(first, record, tables).flatMap((row) => {
    const id = record.secondRowOf?.(row);
    if (id === undefined) return [record.decode(row)];
    const other = second.get(table)?.find((one) => one[key] === id);
    return other === undefined ? [] : [record.decode(row, other)];
  });
}

function ownRows<Kind extends RecordKind>(
  found: Found,
  record: StoredRecord<Kind>,
  tables: TableNames,
): readonly Row[] {
  const rows = found.get(tables(record.table)) ?? [];
  return rows.filter((row) => {
    const id = rowIdOf(schema[record.table], row);
    return id !== undefined && record.owns(id);
  });
}

/** The rows that the first ones name. Most reads have none, and make no second call. */
function secondReads(found: Found, tables: TableNames): readonly Read[] {
  return KINDS.flatMap((kind) => {
    const { [kind]: record } = records;
    const ids = ownRows(found, record, tables).flatMap((row) => record.secondRowOf?.(row) ?? []);
    const { table, isConsistent } = record;
    return ids.length === 0 ? [] : [{ table: tables(table), key: schema[table].key, ids, isConsistent }];
  });
}

const KINDS = Object.keys(records).filter((name): name is RecordKind => Object.hasOwn(records, name));

/** One read per table: kinds that share a table are read together. */
function readsFor(keys: ReadSet, tables: TableNames): readonly Read[] {
  const reads = new Map<TableName, { readonly ids: Set<string>; readonly isConsistent: boolean }>();
  for (const kind of KINDS) {
    const record = records[kind];
    const { table, isConsistent, pageSize } = record;
    if (pageSize !== undefined) continue;
    for (const id of (keys[kind] ?? []).map((key) => record.rowOf(key)).filter(isStorable)) {
      const read = reads.get(table) ?? { ids: new Set<string>(), isConsistent };
      reads.set(table, read);
      read.ids.add(id);
    }
  }
  return [...reads].map(([table, { ids, isConsistent }]) => {
    const { key, sortKey: sort }: TableSchema = schema[table];
    return { table: tables(table), key, sort, ids: [...ids], isConsistent };
  });
}

/** Clients choose user names. A key that DynamoDB rejects cannot be stored, and reading it would fail. */
function isStorable(key: string): boolean {
  return key !== "" && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** Bytes of a partition key in UTF-8 (aws: constraints in DynamoDB). */
const MAX_KEY_BYTES = 2048;
