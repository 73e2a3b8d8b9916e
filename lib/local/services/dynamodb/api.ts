// The API of DynamoDB in front of the database: permissions per table and index, units as DynamoDB bills them, throttling,
// and the two things that dynalite leaves out of a failed condition: its price, and the item that it was checked against.
import { itemSize } from "dynalite/db/index.js";
import { isObject, type Json, type JsonObject, listAt, numberAt, objectAt, parseObject, textAt } from "../../json.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../service.ts";
import type { Throttling } from "../throttling.ts";
import type { Database, DatabaseAnswer } from "./database.ts";
import { createItemLocks } from "./item-locks.ts";
import type { TableSpec } from "./spec.ts";

/** The tables of the deployment, made if they are not there yet. */
export async function createTables(database: Database, tables: readonly TableSpec[]): Promise<void> {
  for (const { name, definition } of tables) {
    const { status, body } = await database.call("CreateTable", { TableName: name, ...definition });
    if (status === 200 || textAt(body, "__type")?.endsWith("ResourceInUseException")) continue;
    throw new Error(`table ${name} could not be made: ${JSON.stringify(body)}`);
  }
}

/** The service in front of the database. */
export function createDynamoDbApi(
  database: Database,
  tables: readonly TableSpec[],
  throttling: Throttling,
): AwsService {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const whenFree = createItemLocks();
  let refused = 0;

  /** A request may name a table by its ARN too. */
  const arnOf = (nameOrArn: string): string =>
    byName.get(nameOrArn)?.arn ?? (nameOrArn.startsWith("arn:") ? nameOrArn : `${arnPrefix(tables)}${nameOrArn}`);

  const run = async (operation: string, input: JsonObject): Promise<ApiResponse> => {
    const keys = writtenKeys(operation, input, byName);
    return keys.length === 0 ? perform(operation, input) : whenFree(keys, () => perform(operation, input));
  };

  const perform = async (operation: string, input: JsonObject): Promise<ApiResponse> => {
    const wantsCapacity = "ReturnConsumedCapacity" in input;
    const answer = await database.call(operation, { ReturnConsumedCapacity: "TOTAL", ...input });
    if (answer.status !== 200) return conditionFailed(answer) ? await explain(input, answer) : toResponse(answer);
    const { ConsumedCapacity: capacity = null, ...rest } = answer.body;
    return toResponse({ status: 200, body: wantsCapacity ? answer.body : rest }, unitsIn(capacity));
  };

  /**
   * A failed condition is billed by the size of the item, and `ALL_OLD` returns the item. It is read while the lock on
   * the item is still held, so it is the one that the condition was checked against.
   */
  const explain = async (input: JsonObject, answer: DatabaseAnswer): Promise<ApiResponse> => {
    const TableName = textAt(input, "TableName") ?? "";
    const Key = input["Key"] ?? keyOf(input["Item"], byName.get(TableName));
    const { body } = await database.call("GetItem", { TableName, Key, ConsistentRead: true });
    const item = isObject(body["Item"]) ? body["Item"] : undefined;
    const wantsItem = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD" && item !== undefined;
    const units = item === undefined ? 1 : Math.max(1, Math.ceil(itemSize(item) / 1024));
    return toResponse(wantsItem ? { ...answer, body: { ...answer.body, Item: item } } : answer, units);
  };

  /** Alternates between the two codes, because a client must know both. */
  const throttlingError = (): ServiceError => {
    const code = throttlingCodes[refused % throttlingCodes.length] ?? "";
    refused += 1;
    return new ServiceError(code, "Throughput exceeds the current capacity of your table or index.");
  };

  const isThrottled = (name: string): boolean => throttling.refuses(byName.get(name)?.logicalId ?? name);

  /** Runs a request unless its table is throttled; of a batch, AWS leaves the throttled tables unprocessed. */
  const admit = async (operation: string, input: JsonObject, names: readonly string[]): Promise<ApiResponse> => {
    const throttled = names.filter(isThrottled);
    if (throttled.length === 0) return run(operation, input);
    if (throttled.length === names.length) throw throttlingError();
    const all = Object.entries(objectAt(input, "RequestItems"));
    const [left, wanted] = [true, false].map((isLeft) => {
      return Object.fromEntries(all.filter(([name]) => throttled.includes(name) === isLeft));
    });
    const response = await run(operation, { ...input, RequestItems: wanted ?? {} });
    const body = parseObject(response.body ?? "") ?? {};
    const property = operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
    return { ...response, body: JSON.stringify({ ...body, [property]: { ...objectAt(body, property), ...left } }) };
  };

  return {
    plan: ({ operation, body }: ApiRequest) => {
      const input = parse(body);
      const names = isObject(input["RequestItems"])
        ? Object.keys(input["RequestItems"])
        : [textAt(input, "TableName") ?? []].flat();
      const index = textAt(input, "IndexName");
      const suffix = index === undefined ? "" : `/index/${index}`;
      return {
        action: `dynamodb:${operation}`,
        resources: names.length ? names.map((name) => arnOf(name) + suffix) : ["*"],
        attributes: namedAttributes(input),
        names: names.map((name) => byName.get(name)?.logicalId ?? name).join(","),
        run: () => admit(operation, input, names),
      };
    },
    refuse: ({ code, message, status }) =>
      toResponse({
        status: status === 403 ? 400 : status, // DynamoDB has 400 where other services have 403
        body: { __type: `${throttlingCodes.includes(code) ? OWN_ERRORS : COMMON_ERRORS}${code}`, message },
      }),
  };
}

/** At the top level of an item: of the key or the whole item, and of expressions, which name all by placeholders. */
function namedAttributes(input: JsonObject): readonly string[] {
  const expressions = ["UpdateExpression", "ConditionExpression"].map((name) => textAt(input, name) ?? "").join(" ");
  const placeholders = expressions.match(/(?<!\.)#\w+/g) ?? [];
  const inExpressions = placeholders.map((name) => objectAt(input, "ExpressionAttributeNames")[name]);
  const inKey = Object.keys({ ...objectAt(input, "Key"), ...objectAt(input, "Item") });
  const names = [...inExpressions.filter((name) => typeof name === "string"), ...inKey];
  return [...new Set(names)];
}

/** Both codes occur for tables on demand. */
const throttlingCodes = ["ThrottlingException", "ProvisionedThroughputExceededException"];

/** Namespaces of error types. */
const OWN_ERRORS = "com.amazonaws.dynamodb.v20120810#";
const COMMON_ERRORS = "com.amazon.coral.service#";

/** Table and key of each item that a request writes. */
function writtenKeys(operation: string, input: JsonObject, tables: ReadonlyMap<string, TableSpec>): readonly string[] {
  const lockOf = (table: string, key: Json | undefined) => `${table} ${JSON.stringify(key ?? null)}`;
  const keyIn = (table: string, request: Json) =>
    keyOf(isObject(request) ? (request["Item"] ?? request["Key"]) : undefined, tables.get(table));
  if (operation === "BatchWriteItem") {
    return Object.entries(objectAt(input, "RequestItems")).flatMap(([table, requests]) =>
      listAt({ requests }, "requests").flatMap((request) =>
        Object.values(isObject(request) ? request : {}).map((one) => lockOf(table, keyIn(table, one))),
      ),
    );
  }
  if (!singleWrites.has(operation)) return [];
  const table = textAt(input, "TableName") ?? "";
  return [lockOf(table, keyIn(table, input))];
}

const singleWrites = new Set(["DeleteItem", "PutItem", "UpdateItem"]);

function parse(body: Buffer): JsonObject {
  const input = parseObject(body.toString("utf8"));
  if (input === undefined) throw new ServiceError("SerializationException", "the body is not a JSON object");
  return input;
}

function toResponse({ status, body }: DatabaseAnswer, requestUnits?: number): ApiResponse {
  return {
    status,
    headers: { "Content-Type": "application/x-amz-json-1.0" },
    body: JSON.stringify(body),
    ...(requestUnits === undefined ? {} : { requestUnits }),
  };
}

const conditionFailed = ({ body }: DatabaseAnswer): boolean =>
  textAt(body, "__type")?.endsWith("ConditionalCheckFailedException") ?? false;

/** One table's capacity, or a list of them. */
function unitsIn(capacity: Json): number {
  const tables = isObject(capacity) ? [capacity] : listAt({ capacity }, "capacity");
  return tables.reduce<number>((sum, table) => sum + numberAt(table, "CapacityUnits", 0), 0);
}

function keyOf(item: Json | undefined, table: TableSpec | undefined): JsonObject {
  const names = listAt(table?.definition, "KeySchema").map((part) => textAt(part, "AttributeName") ?? "");
  return Object.fromEntries(names.map((name) => [name, isObject(item) ? (item[name] ?? null) : null]));
}

/** `arn:aws:dynamodb:us-east-1:000000000000:table/` */
function arnPrefix(tables: readonly TableSpec[]): string {
  const [first] = tables;
  return first ? first.arn.slice(0, first.arn.lastIndexOf("/") + 1) : "arn:aws:dynamodb:us-east-1:000000000000:table/";
}
