#!/bin/bash
# The paginators of the AWS SDK write the page token into the caller's input: a second pass over it returns the last
# page only.
#
# Input: one Scan input of three pages, given to `paginateScan` twice, as code does that keeps its query in a
# constant.
# Expected: all six items both times. `paginateScan` takes its input as a value: each `send` of the SDK leaves the
# input of a command as it is, and the documentation of paginators names the starting token as a setting of its own
# (startingToken in PaginationConfiguration), so the input is not expected to be the place where the position is kept.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{}' >package.json
npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @aws-sdk/client-dynamodb@3.1169.0 || exit 2

cat >probe.mjs <<'PROBE'
import { createServer } from "node:http";
import { DynamoDBClient, paginateScan, ScanCommand } from "@aws-sdk/client-dynamodb";

// A DynamoDB with six items, two to a page.
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data));
  request.on("end", () => {
    const start = Number(JSON.parse(body).ExclusiveStartKey?.id.N ?? 0);
    const page = { Items: [start + 1, start + 2].map((id) => ({ id: { N: String(id) } })), Count: 2 };
    if (start < 4) page.LastEvaluatedKey = { id: { N: String(start + 2) } };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(page));
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
});

const input = { TableName: "table" };
const before = JSON.stringify(input);
await client.send(new ScanCommand(input));
const afterSend = JSON.stringify(input);
const pass = async () => {
  const ids = [];
  for await (const page of paginateScan({ client }, input)) ids.push(...page.Items.map(({ id }) => id.N));
  return ids.join(" ");
};
const [first, second] = [await pass(), await pass()];
server.closeAllConnections();
server.close();

console.log("@aws-sdk/client-dynamodb 3.1169.0");
console.log(`first pass:       ${first}`);
console.log(`second pass:      ${second}   (expected: ${first})`);
console.log(`input before:     ${before}`);
console.log(`after a send:     ${afterSend}`);
console.log(`after the passes: ${JSON.stringify(input)}`);
const still = first === "1 2 3 4 5 6" && second === "5 6" && afterSend === before;
console.log(still ? "still so: four items are missing without an error" : "changed");
process.exit(still ? 0 : 1);
PROBE
node probe.mjs
