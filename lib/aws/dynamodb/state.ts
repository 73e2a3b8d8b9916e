// The state on DynamoDB: one batch read for everything a decision needs, conditional writes of single items.
import { isDeepStrictEqual } from "node:util";
import type { Ports } from "../../signaling/signaling.ts";
import { type Change, inSteps, type Question, type Seen } from "../../sip/world.ts";
import { toItem } from "../client/attribute-values.ts";
import type { Read, Row, Tables } from "../client/dynamodb.ts";
import { putAnswer } from "./answers.ts";
import { counterIn, counterRow } from "./flow-rows.ts";
import { countFailure, failuresAmong, forgive } from "./login-failures.ts";
import { fromContext, toContext, toFlowRecord, toRegistration, toSubscriber } from "./rows.ts";
import { schema, type TableName } from "./schema.ts";

/** The physical name of a table. */
export type TableNames = (table: TableName) => string;

export function createDynamoState(db: Tables, tables: TableNames): Pick<Ports, "look" | "commit"> {
  async function look(question: Question): Promise<Seen> {
    const found = await db.readBatch(readsFor(question, tables));
    const rows = (name: TableName) => found.get(tables(name)) ?? [];
    const ofFlows = rows("flows");
    const [flow] = ofFlows.filter(({ flow }) => counterIn(flow) === undefined).map(toFlowRecord);
    const failures = failuresAmong(ofFlows);
    const [registration] = rows("registrations").map(toRegistration);
    const [context] = rows("transactions").map(toContext);
    return {
      ...(flow && { flow }),
      registration: registration ?? { aor: question.registration ?? "", version: 0, bindings: [] },
      subscribers: rows("subscribers").map(toSubscriber),
      ...(context && { context }),
      ...(failures.length > 0 && { failures }),
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
      case "answer":
        return putAnswer(db, tables("flows"), change);
      case "failed login":
        await countFailure(db, tables("flows"), change);
        return "committed";
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
    look,
    async commit(changes) {
      for (const step of inSteps(changes)) {
        if ((await Promise.all(step.map(store))).includes("conflict")) return "conflict";
      }
      return "committed";
    },
  };
}

function readsFor(question: Question, tables: TableNames): readonly Read[] {
  const read = (name: TableName, keys: readonly string[], isConsistent: boolean): readonly Read[] => {
    const ids = [...new Set(keys)].filter(isStorable);
    return ids.length === 0 ? [] : [{ table: tables(name), key: schema[name].key, ids, isConsistent }];
  };
  return [
    ...read("flows", [...given(question.flow), ...(question.failures ?? []).map(counterRow)], true),
    ...read("registrations", given(question.registration), true),
    ...read("subscribers", question.subscribers ?? [], false), // changed by hand, so half the price for a second's delay
    ...read("transactions", given(question.context), true),
  ];
}

function given(key: string | undefined): readonly string[] {
  return key === undefined ? [] : [key];
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
