import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { openDatabase } from "../../../lib/local/services/dynamodb/database.ts";

test("a database closes when its running requests are done", async () => {
  const database = openDatabase(undefined);
  const TableName = "Things";
  await database.call("CreateTable", {
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const put = (id: string) => database.call("PutItem", { TableName, Item: { id: { S: id } } });
  while ((await put("first")).status !== 200) await turn(); // a table is created with a delay
  const writes = ["second", "third", "fourth"].map(put);
  await database.close();
  expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("an operation that the database lacks is the error of DynamoDB", async () => {
  const database = openDatabase(undefined);
  for (const operation of ["UpdateTimeToLive", "getItem", "../db/index"]) {
    expect(await database.call(operation, {})).toEqual({
      status: 400,
      body: { __type: "com.amazon.coral.service#UnknownOperationException" },
    });
  }
  await database.close();
});

test("an input keeps the properties that an operation does not know", async () => {
  const database = openDatabase(undefined);
  const input = { TableName: "Nowhere", Key: { id: { S: "1" } }, Unknown: true };
  const { body } = await database.call("GetItem", input);
  expect(body).toMatchObject({ __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" });
  expect(input).toEqual({ TableName: "Nowhere", Key: { id: { S: "1" } }, Unknown: true });
  await database.close();
});
