#!/bin/bash
# dynalite never takes two maps or two lists for equal: a condition fails that DynamoDB fulfils.
#
# Input: UpdateItem of an item with a number, a set, a list and a map, with the condition that the attribute is equal to
# the value that was stored; and that a list contains the map that it contains.
# Expected: each condition is fulfilled. EQ "is supported for all data types, including lists and maps" (DynamoDB API
# Reference, Condition), and `contains` finds an element of a list (Developer Guide, Condition expressions).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error dynalite@4.0.0 || exit 2

cat >probe.mjs <<'PROBE'
import { once } from "node:events";
import dynalite from "dynalite";

const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
await once(server, "listening");

/** "ok", or the name of the error. */
async function call(action, input) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `DynamoDB_20120810.${action}`,
      "X-Amz-Date": "20260101T000000Z",
      Authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ TableName: "table", ...input }),
  });
  return response.ok ? "ok" : (await response.json()).__type.split("#")[1];
}

const map = { M: { x: { N: "1" } } };
const values = { n: { N: "1" }, s: { SS: ["x", "y"] }, l: { L: [{ S: "x" }] }, m: map };
const key = { id: { S: "a" } };
await call("CreateTable", {
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
});
await new Promise((resolve) => setTimeout(resolve, 300));
await call("PutItem", { Item: { ...key, ...values, c: { L: [{ S: "x" }, map] } } });

const conditions = Object.entries(values).map(([name, value]) => [`${name} = :v`, value]);
conditions.push(["contains(c, :v)", { S: "x" }], ["contains(c, :v)", map]);
console.log("dynalite 4.0.0 (expected of each: ok)");
const results = [];
for (const [ConditionExpression, value] of conditions) {
  const ExpressionAttributeValues = { ":v": value, ":d": { S: "done" } };
  const update = { Key: key, UpdateExpression: "SET d = :d", ConditionExpression, ExpressionAttributeValues };
  const result = await call("UpdateItem", update);
  console.log(`${ConditionExpression} with ${JSON.stringify(value)}: ${result}`);
  results.push(result === "ok" ? "ok" : "failed");
}
server.close();
const still = results.join() === "ok,ok,failed,failed,ok,failed";
console.log(still ? "still so: no map or list is equal to itself" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
