// The state on DynamoDB: one batch read for everything a decision needs, conditional writes of single items.
import { isDeepStrictEqual } from "node:util";
import type { Ports } from "../../signaling/ports.ts";
import { type Change, inSteps } from "../../sip/state/change.ts";
import type { ReadSet, Snapshot } from "../../sip/state/snapshot.ts";
import { toItem } from "../client/attribute-values.ts";
import type { Read, Row, Tables } from "../client/dynamodb.ts";
import { putAnswer } from "./answers.ts";
import { contactRow, counterRow, sorted } from "./flow-rows.ts";
import { countFailure, failuresAmong, forgive } from "./login-failures.ts";
import {
  fromContactOwner,
  fromContext,
  toContactOwner,
  toContext,
  toFlowRecord,
  toRegistration,
  toSubscriber,
} from "./rows.ts";
import { schema, type TableName } from "./schema.ts";

/** The physical name of a table. */
export type TableNames = (table: TableName) => string;

export function createDynamoState(db: Tables, tables: TableNames): Pick<Ports, "read" | "commit"> {
  async function read(keys: ReadSet): Promise<Snapshot> {
    const found = await db.readBatch(readsFor(keys, tables));
    const rows = (name: TableName) => found.get(tables(name)) ?? [];
    const { flows, contactOwners, loginFailures } = sorted(rows("flows"));
    return {
      flows: flows.map(toFlowRecord),
      contactOwners: contactOwners.map(toContactOwner),
      loginFailures: failuresAmong(loginFailures),
      registrations: rows("registrations").map(toRegistration),
      subscribers: rows("subscribers").map(toSubscriber),
      contexts: rows("transactions").map(toContext),
    };
  }

  async function store(change: Change): Promise<"committed" | "conflict"> {
    switch (change.kind) {
      case "registration":
        return putVersion("registrations", change.registration, change.expiresAt);
      case "context":
        return putVersion("transactions", fromContext(change.context), change.context.expiresAt);
      case "flow":
        await putFlow(db, tables("flows"), change);
        return "committed";
      case "contact owner":
        await db.put(tables("flows"), fromContactOwner(change.owner));
        return "committed";
      case "answer":
        return putAnswer(db, tables("flows"), change);
      case "failed login":
        return countFailure(db, tables("flows"), change);
      case "forgiven logins":
        return forgive(db, tables("flows"), change);
      case "flow gone":
        await db.remove(tables("flows"), { flow: change.flow });
        return "committed";
    }
  }

  /** Writes a row whose version is still the one it was decided on; 0 stands for no row. */
  async function putVersion(
    name: TableName,
    row: { readonly version: number },
    expiresAt: number,
  ): Promise<"committed" | "conflict"> {
    const isNew = row.version === 0;
    const next = { ...row, version: row.version + 1, expiresAt };
    const result = await db.putIf(tables(name), next, {
      condition: isNew ? "attribute_not_exists(#name)" : "#name = :read",
      names: { "#name": isNew ? schema[name].key : "version" },
      ...(!isNew && { values: { ":read": row.version } }),
    });
    if (result.kind === "stored") return "committed";
    // The client repeats a request whose answer got lost, and then meets the row that it wrote the first time.
    return result.isRepeated && isSameRow(result.stored, next) ? "committed" : "conflict";
  }

  return {
    read,
    async commit(changes) {
      for (const step of inSteps(changes)) {
        if ((await Promise.all(step.map(store))).includes("conflict")) return "conflict";
      }
      return "committed";
    },
  };
}

function readsFor(keys: ReadSet, tables: TableNames): readonly Read[] {
  const read = (name: TableName, ids: readonly string[], isConsistent: boolean): readonly Read[] => {
    const distinct = [...new Set(ids)].filter(isStorable);
    return distinct.length === 0 ? [] : [{ table: tables(name), key: schema[name].key, ids: distinct, isConsistent }];
  };
  const { flows = [], contactOwners = [], loginFailures = [] } = keys;
  return [
    ...read("flows", [...flows, ...contactOwners.map(contactRow), ...loginFailures.map(counterRow)], true),
    ...read("registrations", keys.registrations ?? [], true),
    ...read("subscribers", keys.subscribers ?? [], false), // changed by the operator: half the price for a second's delay
    ...read("transactions", keys.contexts ?? [], true),
  ];
}

/** Peers choose user names. What DynamoDB takes for no key cannot be known, and asking for it would be an error. */
function isStorable(key: string): boolean {
  return key !== "" && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** Of a partition key, in UTF-8 (aws: constraints in DynamoDB). */
const MAX_KEY_BYTES = 2048;

async function putFlow(
  db: Tables,
  table: string,
  { record, ifAbsent }: Extract<Change, { kind: "flow" }>,
): Promise<void> {
  if (ifAbsent !== true) return db.put(table, record);
  // Refused: another wrote it first, and that one stays.
  await db.putIf(table, record, { condition: "attribute_not_exists(#key)", names: { "#key": schema.flows.key } });
}

/** Rows as they are stored: attributes without a value are left out. */
function isSameRow(stored: Row | undefined, row: object): boolean {
  return stored !== undefined && isDeepStrictEqual(toItem(stored), toItem(row));
}
