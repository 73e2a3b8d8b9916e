#!/bin/bash
# dynalite removes another element of a list than the one that an update names, when the update removes two.
#
# Input: an UpdateItem with `REMOVE steps[1], steps[2]` on the list a, b, c, d, e; and the same with the paths in the
# other order.
# Expected: a, d, e both times. The paths of an update expression name places in the item as it was before the
# update, and the elements behind a removed one move up when all are gone: the DynamoDB developer guide removes two
# elements by one such expression ("Update expressions", "Removing elements from a list").
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1169.0 || exit 2

cat >probe.mjs <<'PROBE'
import { readFileSync } from "node:fs";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

const server = dynalite({ createTableMs: 0 });
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
});
const TableName = "recipes";
await client.send(
  new CreateTableCommand({
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  }),
);
await new Promise((resolve) => setTimeout(resolve, 300));

const id = { S: "soup" };
const before = ["a", "b", "c", "d", "e"];

async function after(UpdateExpression) {
  await client.send(new PutItemCommand({ TableName, Item: { id, steps: { L: before.map((S) => ({ S })) } } }));
  const update = new UpdateItemCommand({ TableName, Key: { id }, UpdateExpression, ReturnValues: "ALL_NEW" });
  const { Attributes } = await client.send(update);
  return Attributes.steps.L.map(({ S }) => S).join(", ");
}

const [forward, backward] = [await after("REMOVE steps[1], steps[2]"), await after("REMOVE steps[2], steps[1]")];
server.close();
client.destroy();

const { version } = JSON.parse(readFileSync("node_modules/dynalite/package.json", "utf8"));
console.log(`dynalite ${version}, list ${before.join(", ")}`);
console.log(`REMOVE steps[1], steps[2]: ${forward} (expected: a, d, e)`);
console.log(`REMOVE steps[2], steps[1]: ${backward} (expected: a, d, e)`);
process.exit(forward === "a, c, e" && backward === "a, d, e" ? 0 : 1);
PROBE
node --no-warnings probe.mjs
