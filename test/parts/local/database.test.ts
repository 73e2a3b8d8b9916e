import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { openDatabase } from "../../../lib/local/services/dynamodb/database.ts";

test("a database closes when its running requests are done", async () => {
  const database = await openDatabase(undefined);
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
