import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient } from "./web-socket-client.ts";

afterEach(closeClouds);

const table = {
  Type: "AWS::DynamoDB::Table",
  Properties: {
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  },
};
const resources = { Things: table, Others: table };
const once = { maxAttempts: 1 };

const database = ({ region, credentials, endpoints }: LocalCloud): DynamoDBClient =>
  new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb, ...once });

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => error,
  );

describe("a throttled table", () => {
  const aTable = async () => {
    const cloud = await aCloudOf({ functions: {}, resources });
    const names = Object.fromEntries(Object.entries(cloud.tables));
    return { cloud, db: database(cloud), things: names["Things"] ?? "", others: names["Others"] ?? "" };
  };

  test("refuses reads and writes with 400 and either throttling error, until the share is 0 again", async () => {
    const { cloud, db, things } = await aTable();
    cloud.throttling.set("Things", 1);
    const read = await failure(db.send(new GetItemCommand({ TableName: things, Key: { id: { S: "1" } } })));
    const write = await failure(db.send(new PutItemCommand({ TableName: things, Item: { id: { S: "1" } } })));
    expect([read, write]).toMatchObject([
      { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } },
      { name: "ProvisionedThroughputExceededException", $metadata: { httpStatusCode: 400 } },
    ]);
    cloud.throttling.set("Things", 0);
    await db.send(new PutItemCommand({ TableName: things, Item: { id: { S: "1" } } }));
  });

  test("leaves its keys of a batch unprocessed; the other table is read", async () => {
    const { cloud, db, things, others } = await aTable();
    await db.send(new PutItemCommand({ TableName: others, Item: { id: { S: "2" } } }));
    cloud.throttling.set("Things", 1);
    const RequestItems = { [things]: { Keys: [{ id: { S: "1" } }] }, [others]: { Keys: [{ id: { S: "2" } }] } };
    const { Responses, UnprocessedKeys } = await db.send(new BatchGetItemCommand({ RequestItems }));
    expect(Responses?.[others]).toEqual([{ id: { S: "2" } }]);
    expect(UnprocessedKeys).toEqual({ [things]: { Keys: [{ id: { S: "1" } }] } });
  });

  test("a share of one half refuses about half of the calls", async () => {
    const { cloud, db, things } = await aTable();
    cloud.throttling.set("Things", 0.5);
    const reads = Array.from({ length: 60 }, () =>
      failure(db.send(new GetItemCommand({ TableName: things, Key: { id: { S: "1" } } }))),
    );
    const refused = (await Promise.all(reads)).filter((result) => result !== "no error").length;
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(50);
  });

  test("an unknown name, or a share outside 0 to 1, is an error", async () => {
    const { cloud } = await aTable();
    expect(() => cloud.throttling.set("Thing7", 1)).toThrow("nothing is called Thing7; there are");
    expect(() => cloud.throttling.set("Things", 2)).toThrow("the share of Things must be from 0 to 1, not 2");
  });
});

test("throttled connections refuse posts with 429 LimitExceededException", async () => {
  const cloud = await aCloudOf({
    functions: { default: { code: "export const handler = () => ({ statusCode: 200 });" } },
  });
  const client = await aClient(cloud.ws);
  const { region, credentials, endpoints } = cloud;
  const api = new ApiGatewayManagementApiClient({
    region,
    credentials,
    endpoint: endpoints.apigatewaymanagementapi,
    ...once,
  });
  const [connection] = cloud.gateway.connections();
  const post = () =>
    api.send(new PostToConnectionCommand({ ConnectionId: connection?.id ?? "", Data: Buffer.from("hello") }));
  cloud.throttling.set("connections", 1);
  expect(await failure(post())).toMatchObject({
    name: "LimitExceededException",
    $metadata: { httpStatusCode: 429 },
  });
  cloud.throttling.set("connections", 0);
  await post();
  expect(await client.next()).toBe("hello");
});
