// The state on a server of the DynamoDB API: tables of its own, created from the schema, and a record of every command.
import { setTimeout } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";
import type { InitializeMiddleware } from "@smithy/types";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { leanDynamoDb, tablesOn } from "../../../lib/aws/client/dynamodb.ts";
import { schema, type TableName, type TableSchema } from "../../../lib/aws/dynamodb/schema.ts";
import { createDynamoState } from "../../../lib/aws/dynamodb/state.ts";
import { putSubscriber, removeSubscriber } from "../../../lib/aws/dynamodb/subscriber.ts";
import { type BreakingProxy, breakingProxy } from "../aws/breaking-proxy.ts";
import { fresh } from "./samples.ts";
import type { StateUnderTest } from "./state-under-test.ts";

export interface DynamoStateUnderTest extends StateUnderTest {
  /** A client as the SDK creates it, connected to the server directly. */
  readonly db: DynamoDBClient;
  /** The same tables through a proxy whose connections can be broken. */
  readonly breaking: Pick<StateUnderTest, "commit"> & Pick<BreakingProxy, "loseNext">;
  /** Calls on the client under test: `BatchGetItemCommand` and its input. A repetition by the client counts once. */
  readonly commands: { readonly name: string; readonly input: object }[];
  removeSubscriber(user: string, domain: string): Promise<void>;
  /** Writes a row unchanged, bypassing the store. */
  putRow(table: TableName, row: object): Promise<void>;
  /** Reads a row unchanged, bypassing the store. */
  row(table: TableName, key: string): Promise<Record<string, unknown>>;
}

/** The one key ExtendDB knows, which AWS's documentation uses in its examples; dynalite takes any. */
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** @param prefix of the names of its tables */
export async function openDynamoState(endpoint: string, prefix = fresh("Stores")): Promise<DynamoStateUnderTest> {
  const proxy = await breakingProxy(endpoint);
  const clientOf = (url: string) => leanDynamoDb({ endpoint: url, region: "us-east-1", credentials });
  const client = clientOf(endpoint);
  const db = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const tables = tablesOn(client);
  const physical = (table: TableName) => `${prefix}-${schema[table].id}`;
  await Promise.all(Object.values(schema).map((table) => createTable(db, `${prefix}-${table.id}`, table)));

  const commands: { name: string; input: object }[] = [];
  const note: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (next, { commandName }) =>
    (args) => {
      commands.push({ name: commandName ?? "", input: args.input });
      return next(args);
    };
  client.middlewareStack.addRelativeTo(note, {
    relation: "before",
    toMiddleware: "leanFirstAttempt",
    name: "note",
  });

  return {
    db,
    breaking: { ...createDynamoState(tablesOn(clientOf(proxy.url)), physical), loseNext: proxy.loseNext },
    commands,
    ...createDynamoState(tables, physical),
    addSubscriber: (subscriber) => putSubscriber(tables, physical("subscribers"), subscriber),
    removeSubscriber: (user, domain) => removeSubscriber(tables, physical("subscribers"), user, domain),
    async putRow(table, row) {
      await db.send(new PutItemCommand({ TableName: physical(table), Item: marshall(row) }));
    },
    async row(table, key) {
      const Key = marshall({ [schema[table].key]: key });
      const { Item = {} } = await db.send(new GetItemCommand({ TableName: physical(table), Key }));
      return unmarshall(Item);
    },
    close: () => {
      db.destroy();
      return proxy.close();
    },
  };
}

const PATIENCE_MILLISECONDS = 5000;

async function createTable(db: DynamoDBClient, TableName: string, { key, sortKey, index }: TableSchema): Promise<void> {
  const sort = sortKey === undefined ? [] : [sortKey];
  await db.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: key, KeyType: "HASH" },
        ...sort.map((name) => ({ AttributeName: name, KeyType: "RANGE" }) as const),
      ],
      ...(index !== undefined && {
        GlobalSecondaryIndexes: [
          {
            IndexName: index.name,
            KeySchema: [{ AttributeName: index.key, KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
      AttributeDefinitions: [key, ...sort, ...(index === undefined ? [] : [index.key])].map((name) => ({
        AttributeName: name,
        AttributeType: "S",
      })),
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  for (const deadline = Date.now() + PATIENCE_MILLISECONDS; Date.now() < deadline; await setTimeout(5)) {
    const { Table } = await db.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === "ACTIVE") return;
  }
  throw new Error(`table ${TableName} did not become active`);
}
