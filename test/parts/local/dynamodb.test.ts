import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloud, aCloudOf, closeClouds } from "./cloud.ts";
import { aStack, type FixtureStack } from "./fixture-stack.ts";

afterAll(closeClouds);

const table = {
  Type: "AWS::DynamoDB::GlobalTable",
  Properties: {
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    Replicas: [{ Region: { Ref: "AWS::Region" } }],
  },
};
const stack: FixtureStack = {
  functions: {},
  resources: { Things: table, Others: { ...table, Type: "AWS::DynamoDB::Table" } },
};

const TableName = "Fixture-Things";
const key = (id: string) => ({ id: { S: id } });
const clientOf = ({ region, credentials, endpoints }: LocalCloud) =>
  new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb, maxAttempts: 1 });

let cloud: LocalCloud;
let db: DynamoDBClient;
beforeAll(async () => {
  cloud = await aCloudOf(stack);
  db = clientOf(cloud);
});

/** An item of so many bytes by DynamoDB's rule: names and values, here `id` + one character + `text` + the rest. */
const item = (id: string, bytes: number) => ({ ...key(id), text: { S: "x".repeat(bytes - 7) } });

/** Units of the calls that `act` makes. */
async function unitsOf(act: () => Promise<unknown>): Promise<readonly (number | undefined)[]> {
  cloud.meter.reset();
  await act().catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
  return cloud.meter.calls.map(({ requestUnits }) => requestUnits);
}

describe("the tables of the template", () => {
  test("exist under their physical names", async () => {
    const { TableNames } = await db.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(["Fixture-Others", "Fixture-Things"]);
    expect(cloud.tables).toEqual({ Things: "Fixture-Things", Others: "Fixture-Others" });
  });

  test("keep their content in a data folder, and the generated secret too", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "local-data-"));
    const assembly = aStack(stack);
    const first = await aCloud({ assembly, dataDir });
    await clientOf(first).send(new PutItemCommand({ TableName, Item: item("1", 20) }));
    await first.close();

    const second = await aCloud({ assembly, dataDir });
    const { Item } = await clientOf(second).send(new GetItemCommand({ TableName, Key: key("1") }));
    expect(Item).toEqual(item("1", 20));
    await second.close();
    rmSync(dataDir, { recursive: true });
  });

  test("a data folder belongs to one cloud at a time", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "local-data-"));
    const assembly = aStack(stack);
    const first = await aCloud({ assembly, dataDir });
    await expect(aCloud({ assembly, dataDir })).rejects.toThrow(
      `${dataDir} is in use by another local cloud (process ${process.pid})`,
    );
    await first.close();
    const second = await aCloud({ assembly, dataDir });
    await second.close();
    rmSync(dataDir, { recursive: true });
  });
});

describe("request units, as DynamoDB bills them", () => {
  test("a write: 1 KB each, rounded up, of the larger of old and new item", async () => {
    expect(await unitsOf(() => db.send(new PutItemCommand({ TableName, Item: item("a", 1024) })))).toEqual([1]);
    expect(await unitsOf(() => db.send(new PutItemCommand({ TableName, Item: item("a", 2049) })))).toEqual([3]);
    expect(await unitsOf(() => db.send(new PutItemCommand({ TableName, Item: item("a", 30) })))).toEqual([3]);
    expect(await unitsOf(() => db.send(new DeleteItemCommand({ TableName, Key: key("a") })))).toEqual([1]);
  });

  test("a read: 4 KB each, rounded up; eventually consistent ones half", async () => {
    await db.send(new PutItemCommand({ TableName, Item: item("b", 4097) }));
    const get = (id: string, ConsistentRead: boolean) =>
      unitsOf(() => db.send(new GetItemCommand({ TableName, Key: key(id), ConsistentRead })));
    expect(await get("b", true)).toEqual([2]);
    expect(await get("b", false)).toEqual([1]);
    expect(await get("nobody", false)).toEqual([0.5]);
  });

  test("a batch read: the sum of its items, in one call", async () => {
    const batch = new BatchGetItemCommand({
      RequestItems: {
        [TableName]: { Keys: [key("b"), key("nobody")] },
        "Fixture-Others": { Keys: [key("b")], ConsistentRead: true },
      },
    });
    expect(await unitsOf(() => db.send(batch))).toEqual([1 + 0.5 + 1]);
    expect(cloud.meter.calls).toMatchObject([
      { caller: "operator", service: "dynamodb", action: "BatchGetItem", resource: "Things,Others" },
    ]);
  });

  test("a failed condition is billed like a write of the stored item", async () => {
    await db.send(new PutItemCommand({ TableName, Item: item("c", 1500) }));
    const put = { TableName, Item: item("c", 20), ConditionExpression: "attribute_not_exists(id)" };
    expect(await unitsOf(() => db.send(new PutItemCommand(put)))).toEqual([2]);
    const update = { TableName, Key: key("new"), ConditionExpression: "attribute_exists(id)" };
    const set = { UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: "1" } } };
    expect(await unitsOf(() => db.send(new UpdateItemCommand({ ...update, ...set })))).toEqual([1]);
  });

  test("the answer contains the capacity only if the request asks for it", async () => {
    const get = { TableName, Key: key("b") };
    expect((await db.send(new GetItemCommand(get))).ConsumedCapacity).toBeUndefined();
    const asked = await db.send(new GetItemCommand({ ...get, ReturnConsumedCapacity: "TOTAL" }));
    expect(asked.ConsumedCapacity).toMatchObject({ CapacityUnits: 1, TableName });
  });
});

describe("a failed condition", () => {
  test("returns the stored item if the request asks for it", async () => {
    await db.send(new PutItemCommand({ TableName, Item: item("d", 20) }));
    const put = { TableName, Item: item("d", 30), ConditionExpression: "attribute_not_exists(id)" };
    const plain: unknown = await db.send(new PutItemCommand(put)).catch((error) => error);
    expect(plain).toBeInstanceOf(ConditionalCheckFailedException);
    expect(plain).toHaveProperty("Item", undefined);
    const ALL_OLD = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
    const full: unknown = await db.send(new PutItemCommand({ ...put, ...ALL_OLD })).catch((error) => error);
    expect(full).toMatchObject({ Item: item("d", 20) });
  });
});

describe("ALL_OLD on a failed condition", () => {
  test("returns the item that the condition was checked against, although other writes follow at once", async () => {
    const set = (on: boolean) =>
      db.send(new PutItemCommand({ TableName, Item: { ...key("switch"), isOn: { BOOL: on } } }));
    const updateIfOn = () =>
      db.send(
        new UpdateItemCommand({
          TableName,
          Key: key("switch"),
          UpdateExpression: "SET seen = :true",
          ConditionExpression: "isOn = :true",
          ExpressionAttributeValues: { ":true": { BOOL: true } },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
    await set(false);
    const returned: unknown[] = [];
    for (let round = 0; round < 20; round += 1) {
      const refused = updateIfOn().catch((error: unknown) => {
        if (error instanceof ConditionalCheckFailedException) returned.push(error.Item?.["isOn"]?.BOOL);
      });
      await Promise.all([refused, set(true), set(false), set(true), set(false)]);
    }
    expect(returned.length).toBeGreaterThan(0);
    expect(returned.filter((isOn) => isOn !== false)).toEqual([]);
  });
});
