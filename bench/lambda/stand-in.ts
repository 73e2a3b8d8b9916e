// The services of AWS as trivially as the functions can bear: rows in a map, conditions always met, messages kept until they
// are fetched. A process of its own, so that its CPU does not count.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { schema } from "../../lib/aws/dynamodb/schema.ts";
import { secretsOf } from "../../test/support/phone/network.ts";

/** A message posted to a connection. */
interface Posted {
  readonly flow: string;
  readonly text: string;
}

/** All that was posted and set since it was fetched last. */
export interface Fetched {
  readonly mail: readonly Posted[];
  readonly timers: readonly string[];
}

interface Call {
  readonly TableName: string;
  readonly Item: Readonly<Record<string, { readonly S?: string }>>;
  readonly RequestItems: Readonly<
    Record<string, { readonly Keys: readonly Readonly<Record<string, { S: string }>>[] }>
  >;
  readonly MessageBody: string;
  readonly Key: Readonly<Record<string, { readonly S?: string }>>;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, object>>;
}

/** Name of the key attribute by table; a table is named like the variable that holds its name. */
const keys: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(schema).map(([name, { key }]) => [name, key]),
);
const rows = new Map<string, object>();
const mail: Posted[] = [];
const timers: string[] = [];

for (const user of ["alice", "bob"]) {
  const ha1 = Object.fromEntries(Object.entries(secretsOf(user)).map(([name, S]) => [name, { S }]));
  rows.set(`subscribers sip:${user}@example.com`, { aor: { S: `sip:${user}@example.com` }, ha1: { M: ha1 } });
}

function dynamoDb(operation: string, call: Call): object {
  const { TableName, Item, RequestItems } = call;
  if (operation === "BatchGetItem") {
    const Responses = Object.entries(RequestItems).map(([table, { Keys }]) => [
      table,
      Keys.flatMap((key) => rows.get(`${table} ${Object.values(key)[0]?.S}`) ?? []),
    ]);
    return { Responses: Object.fromEntries(Responses), UnprocessedKeys: {} };
  }
  if (operation === "PutItem") rows.set(`${TableName} ${Item[keys[TableName] ?? ""]?.S}`, Item);
  if (operation === "UpdateItem") update(call);
  return {};
}

/** The `SET` and `REMOVE` of attributes; sets of calls are left out, since no call of the bench ends by them. */
function update({ TableName, Key, UpdateExpression, ...expression }: Call): void {
  const name = `${TableName} ${Object.values(Key)[0]?.S}`;
  const row: Record<string, object> = { ...Key, ...rows.get(name) };
  const nameOf = (text: string) => expression.ExpressionAttributeNames[text] ?? text;
  for (const [, attribute = "", value = ""] of UpdateExpression.matchAll(/(#\w+) = (:\w+)/g))
    row[nameOf(attribute)] = expression.ExpressionAttributeValues[value] ?? {};
  const [, removed = ""] = /REMOVE ([#\w, ]+?)(?: SET| ADD|$)/.exec(UpdateExpression) ?? [];
  for (const attribute of removed.split(/,\s*/).filter(Boolean)) delete row[nameOf(attribute)];
  rows.set(name, row);
}

function answer(incoming: IncomingMessage, body: string): object {
  const [service = "", operation = ""] = String(incoming.headers["x-amz-target"] ?? "").split(".");
  if (service.startsWith("DynamoDB")) return dynamoDb(operation, JSON.parse(body));
  if (service === "secretsmanager") return { SecretString: JSON.stringify({ current: "a signing key" }) };
  if (service === "AmazonSQS") {
    const { MessageBody }: Call = JSON.parse(body);
    timers.push(MessageBody);
    return { MessageId: "1", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") };
  }
  if (incoming.url === "/fetch") return { mail: mail.splice(0), timers: timers.splice(0) };
  mail.push({ flow: decodeURIComponent(incoming.url?.split("/").at(-1) ?? ""), text: body });
  return {};
}

const server = createServer((incoming, outgoing) => {
  void buffer(incoming).then((body) => outgoing.end(JSON.stringify(answer(incoming, body.toString()))));
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());
