// The calls to DynamoDB that the functions make, with rows and results of this project's types. Conditional writes of
// single items answer "stored" or "refused": an expected refusal is a value, every other failure is the SDK's error.
import { setTimeout } from "node:timers/promises";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  type KeysAndAttributes,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { UnprocessedKeysError } from "../../errors.ts";
import { type Row, toItem, toRow } from "./attribute-values.ts";
import { errorNameIn, jsonRequest, objectIn } from "./json-rpc.ts";
import { type Dialect, lean, once } from "./lean.ts";
import { requestHandler } from "./request-handler.ts";
import { createRetries } from "./retries.ts";
import { type Exchange, openConnection } from "./transport.ts";

export type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export type { Row } from "./attribute-values.ts";

/** Rows of one table to read. */
export interface Read {
  readonly table: string;
  /** Name of the key attribute. */
  readonly key: string;
  /** Name of the sort key; an id is then the value of the key, a line feed, and the value of this. */
  readonly sort?: string | undefined;
  readonly ids: readonly string[];
  /** Whether the rows must hold every write that was made before; costs twice as much. */
  readonly isConsistent: boolean;
}

/** The rows with one partition key. */
export interface Partition {
  /** Name of the key attribute. */
  readonly key: string;
  readonly id: string;
  /** The first row that is wanted: name and value of its sort key. */
  readonly from?: { readonly sortKey: string; readonly value: string };
  /** Name of the index that has this key: its rows have the attributes that it holds, as they were a moment ago. */
  readonly index?: string;
}

/** A condition or an update, in DynamoDB's expressions. */
export interface Expression {
  readonly names: Readonly<Record<string, string>>;
  readonly values?: Row;
}

export interface Condition extends Expression {
  readonly condition: string;
}

export interface Update extends Expression {
  readonly update: string;
  /** Absent: in any case. */
  readonly condition?: string;
}

export type Written =
  | { readonly kind: "stored" }
  /** `isRepeated`: an earlier attempt of the same call may be what was stored, since its answer was lost. */
  | { readonly kind: "refused"; readonly isRepeated: boolean; readonly stored?: Row };

export interface Tables {
  /** Opens a connection, so that the first call need not. */
  connect(): Promise<void>;
  /** All rows in one call, by table. Throws an {@link UnprocessedKeysError} if DynamoDB goes on holding some back. */
  readBatch(reads: readonly Read[]): Promise<ReadonlyMap<string, readonly Row[]>>;
  /** The first rows of a partition in the order of the sort key; without an index with every write that was made before. */
  queryFirst(table: string, partition: Partition, limit: number): Promise<readonly Row[]>;
  /** All rows of a partition, as of every write that was made before; 1 MB per call. */
  query(table: string, key: string, partition: string): Promise<readonly Row[]>;
  put(table: string, row: object): Promise<void>;
  /** A refusal brings the row that is stored: DynamoDB bills the failed condition in any case. */
  putIf(table: string, row: object, condition: Condition): Promise<Written>;
  updateIf(table: string, key: Row, update: Update): Promise<Written>;
  /** The row as it is after the update; undefined if the condition refused it. */
  updateAndRead(table: string, key: Row, update: Update): Promise<Row | undefined>;
  remove(table: string, key: Row): Promise<void>;
  removeIf(table: string, key: Row, condition: Condition): Promise<Written>;
}

/** Of a call: DynamoDB is asked once more than other services, after shorter waits, as the SDK does it. */
const ATTEMPTS = 4;
const FIRST_WAIT_MILLISECONDS = 25;

/** Makes the client, and the calls on it. Without a configuration as the environment says. */
export function openTables(config: DynamoDBClientConfig = {}, send?: Exchange): Tables {
  return tablesOn(leanDynamoDb(config, send));
}

/** A client of the SDK with the fast path of `lean.ts` and the waits of `retries.ts`. */
export function leanDynamoDb(config: DynamoDBClientConfig = {}, send?: Exchange): DynamoDBClient {
  const retries = createRetries(ATTEMPTS, FIRST_WAIT_MILLISECONDS);
  const client = new DynamoDBClient({ cacheMiddleware: true, requestHandler, retryStrategy: retries, ...config });
  const endpoint = once(async () => (await endpointOf(client)).url);
  const dialect: Dialect<ServiceInputTypes, ServiceOutputTypes> = {
    service: "dynamodb",
    retries,
    endpoint,
    write: jsonRequest("DynamoDB_20120810", "1.0"),
    read(answer, _input, $metadata) {
      const body = objectIn(answer);
      if (answer.status === 200) return body && { $metadata, ...body };
      if (body === undefined || errorNameIn(body) !== "ConditionalCheckFailedException") return undefined;
      throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata, ...body });
    },
  };
  return lean<ServiceInputTypes, ServiceOutputTypes, DynamoDBClient>(client, dialect, send);
}

/** The calls on a client: for tools, which scan and query with it too. */
export function tablesOn(client: DynamoDBClient): Tables {
  return {
    async connect() {
      await openConnection((await endpointOf(client)).url);
    },
    readBatch: (reads) => readBatch(client, reads),
    async queryFirst(table, { key, id, index, from }, limit) {
      const names = { "#key": key, ...(from && { "#sort": from.sortKey }) };
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: from === undefined ? "#key = :id" : "#key = :id AND #sort >= :from",
          ...named({ names, values: { ":id": id, ...(from && { ":from": from.value }) } }),
          ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
          Limit: limit,
        }),
      );
      return items.map(toRow);
    },
    async query(table, key, partition) {
      const rows: Row[] = [];
      let from: QueryCommandInput["ExclusiveStartKey"];
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "#key = :partition",
            ConsistentRead: true,
            ...named({ names: { "#key": key }, values: { ":partition": partition } }),
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        rows.push(...Items.map(toRow));
        from = LastEvaluatedKey;
      } while (from !== undefined);
      return rows;
    },
    async put(table, row) {
      await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
    },
    putIf: (table, row, condition) =>
      written(
        client.send(
          new PutItemCommand({
            TableName: table,
            Item: toItem(row),
            ConditionExpression: condition.condition,
            ...named(condition),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      ),
    updateIf: (table, key, update) => written(client.send(updateCommand(table, key, update))),
    async updateAndRead(table, key, update) {
      try {
        const { Attributes } = await client.send(updateCommand(table, key, update, "ALL_NEW"));
        return Attributes && toRow(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
    async remove(table, key) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(key) }));
    },
    removeIf: (table, key, { condition, ...rest }) =>
      written(
        client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: toItem(key),
            ConditionExpression: condition,
            ...named(rest),
          }),
        ),
      ),
  };
}

function updateCommand(table: string, key: Row, { update, condition, ...rest }: Update, returned?: "ALL_NEW") {
  return new UpdateItemCommand({
    TableName: table,
    Key: toItem(key),
    UpdateExpression: update,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...(returned && { ReturnValues: returned }),
    ...named(rest),
  });
}

/** As the SDK finds it: explicit, from the environment, or by Region. It is the same for every operation on a table. */
function endpointOf({ config }: DynamoDBClient) {
  return getEndpointFromInstructions({}, PutItemCommand, config);
}

function named({ names, values }: Expression) {
  return {
    ExpressionAttributeNames: { ...names },
    ...(values !== undefined && { ExpressionAttributeValues: toItem(values) }),
  };
}

async function written(write: Promise<unknown>): Promise<Written> {
  try {
    await write;
    return { kind: "stored" };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const isRepeated = (error.$metadata.attempts ?? 1) > 1;
    return { kind: "refused", isRepeated, ...(error.Item && { stored: toRow(error.Item) }) };
  }
}

/**
 * Milliseconds before each attempt. DynamoDB returns unprocessed keys when a table is throttled, so the next attempt waits
 * longer.
 */
const PAUSES = [0, 20, 40, 80] as const;

async function readBatch(client: DynamoDBClient, reads: readonly Read[]): Promise<ReadonlyMap<string, readonly Row[]>> {
  const found = new Map<string, Row[]>();
  let missing = Object.fromEntries(reads.map((read) => [read.table, keysOf(read)]));
  if (isEmpty(missing)) return found;
  for (const pause of PAUSES) {
    if (pause > 0) await setTimeout(pause * (0.5 + Math.random()));
    const { Responses = {}, UnprocessedKeys = {} } = await client.send(
      new BatchGetItemCommand({ RequestItems: missing }),
    );
    for (const [table, items] of Object.entries(Responses)) {
      found.set(table, [...(found.get(table) ?? []), ...items.map(toRow)]);
    }
    missing = UnprocessedKeys;
    if (isEmpty(missing)) return found;
  }
  throw new UnprocessedKeysError(`not read: ${Object.keys(missing).join(", ")}`);
}

function keysOf({ key, sort, ids, isConsistent }: Read): KeysAndAttributes {
  const keyOf = (id: string) => {
    if (sort === undefined) return { [key]: { S: id } };
    const end = id.lastIndexOf("\n");
    return { [key]: { S: id.slice(0, end) }, [sort]: { S: id.slice(end + 1) } };
  };
  return { Keys: ids.map(keyOf), ConsistentRead: isConsistent };
}

function isEmpty(keys: Record<string, KeysAndAttributes>): boolean {
  return Object.keys(keys).length === 0;
}
