// The state on DynamoDB: one batch read for everything a decision needs, conditional writes of single items.
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Ports } from "../../signaling/signaling.ts";
import { type Change, inSteps, type Question, type Seen } from "../../sip/world.ts";
import { putAnswer } from "./answers.ts";
import { counterIn, counterRow } from "./flow-rows.ts";
import { countFailure, failuresAmong, forgive } from "./login-failures.ts";
import { fromContext, toContext, toFlowRecord, toRegistration, toSubscriber } from "./rows.ts";
import { schema, type TableName } from "./schema.ts";

/** The physical name of a table. */
export type TableNames = (table: TableName) => string;

type Item = Record<string, AttributeValue>;

interface RowAddress {
  readonly table: string;
  /** Name of the key attribute. */
  readonly key: string;
  readonly id: string;
}

/** DynamoDB held back keys again and again: throttled. */
export class UnprocessedKeysError extends Error {
  readonly code = "ERR_UNPROCESSED_KEYS";
}

export function createDynamoState(db: DynamoDBClient, tables: TableNames): Pick<Ports, "look" | "commit"> {
  async function look(question: Question): Promise<Seen> {
    const found = await readBatch(db, requestItems(question, tables));
    const rows = (name: TableName) => (found[tables(name)] ?? []).map((item) => unmarshall(item));
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

  function rowAt(name: TableName, id: string): RowAddress {
    return { table: tables(name), key: schema[name].key, id };
  }

  async function store(change: Change): Promise<"committed" | "conflict"> {
    switch (change.kind) {
      case "registration":
        return putVersion(db, rowAt("registrations", change.registration.aor), change.registration, change.expiresAt);
      case "context":
        return putVersion(
          db,
          rowAt("transactions", change.context.id),
          fromContext(change.context),
          change.context.expiresAt,
        );
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
        await db.send(new DeleteItemCommand({ TableName: tables("flows"), Key: toItem({ flow: change.flow }) }));
        return "committed";
    }
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

function requestItems(question: Question, tables: TableNames): Record<string, KeysAndAttributes> {
  const items: Record<string, KeysAndAttributes> = {};
  const ask = (name: TableName, keys: readonly string[], ConsistentRead: boolean) => {
    const distinct = [...new Set(keys)].filter(isStorable);
    if (distinct.length > 0) {
      items[tables(name)] = { Keys: distinct.map((key) => toItem({ [schema[name].key]: key })), ConsistentRead };
    }
  };
  ask("flows", [...given(question.flow), ...(question.failures ?? []).map(counterRow)], true);
  ask("registrations", given(question.registration), true);
  ask("subscribers", question.subscribers ?? [], false); // changed by hand, so half the price for a second's delay
  ask("transactions", given(question.context), true);
  return items;
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

/** Milliseconds before each attempt: a table that holds keys back wants to be left alone for a moment. */
const PAUSES = [0, 20, 40, 80] as const;

async function readBatch(
  db: DynamoDBClient,
  asked: Record<string, KeysAndAttributes>,
): Promise<Record<string, Item[]>> {
  const found: Record<string, Item[]> = {};
  let missing = asked;
  if (isEmpty(missing)) return found;
  for (const pause of PAUSES) {
    if (pause > 0) await setTimeout(pause * (0.5 + Math.random()));
    const { Responses = {}, UnprocessedKeys = {} } = await db.send(new BatchGetItemCommand({ RequestItems: missing }));
    for (const [table, items] of Object.entries(Responses)) found[table] = [...(found[table] ?? []), ...items];
    missing = UnprocessedKeys;
    if (isEmpty(missing)) return found;
  }
  throw new UnprocessedKeysError(`not read: ${Object.keys(missing).join(", ")}`);
}

function isEmpty(keys: Record<string, KeysAndAttributes>): boolean {
  return Object.keys(keys).length === 0;
}

async function putFlow(
  db: DynamoDBClient,
  table: string,
  { record, ifAbsent }: Extract<Change, { kind: "flow" }>,
): Promise<void> {
  const condition = ifAbsent && {
    ConditionExpression: "attribute_not_exists(#key)",
    ExpressionAttributeNames: { "#key": schema.flows.key },
  };
  try {
    await db.send(new PutItemCommand({ TableName: table, Item: toItem(record), ...condition }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error; // another wrote it first: that one stays
  }
}

/** Writes a row whose version is still the one it was decided on; 0 stands for no row. */
async function putVersion(
  db: DynamoDBClient,
  address: RowAddress,
  row: { readonly version: number },
  expiresAt: number,
): Promise<"committed" | "conflict"> {
  const { table, key } = address;
  const isNew = row.version === 0;
  const item = toItem({ ...row, version: row.version + 1, expiresAt });
  try {
    await db.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: isNew ? "attribute_not_exists(#name)" : "#name = :read",
        ExpressionAttributeNames: { "#name": isNew ? key : "version" },
        ...(!isNew && { ExpressionAttributeValues: toItem({ ":read": row.version }) }),
      }),
    );
    return "committed";
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // The client repeats a request whose answer got lost, and then meets the row that it wrote the first time.
    const isRepeated = (error.$metadata.attempts ?? 1) > 1;
    return isRepeated && (await isStored(db, address, item)) ? "committed" : "conflict";
  }
}

async function isStored(db: DynamoDBClient, { table, key, id }: RowAddress, item: Item): Promise<boolean> {
  const { [table]: found = [] } = await readBatch(db, {
    [table]: { Keys: [toItem({ [key]: id })], ConsistentRead: true },
  });
  return isDeepStrictEqual(found[0], item);
}

function toItem(row: object): Item {
  return marshall(row, { removeUndefinedValues: true });
}
