// DynamoDB's API: permission per table and index, units as DynamoDB bills them, and the two things dynalite leaves out
// of a failed condition (its price, and the item that made it fail).
import { itemSize } from "dynalite/db/index.js";
import type { TableSpec } from "../../assembly/deployment.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../../aws-service.ts";
import { isObject, type Json, type JsonObject, listAt, numberAt, parseObject, textAt } from "../../json.ts";
import type { Database, DatabaseAnswer } from "./database.ts";

/** The tables of the deployment, made if they are not there yet. */
export async function createTables(database: Database, tables: readonly TableSpec[]): Promise<void> {
  for (const { name, definition } of tables) {
    const { status, body } = await database.call("CreateTable", { TableName: name, ...definition });
    if (status === 200 || textAt(body, "__type")?.endsWith("ResourceInUseException")) continue;
    throw new Error(`table ${name} could not be made: ${JSON.stringify(body)}`);
  }
}

/** The service in front of the database. */
export function createDynamoDbApi(database: Database, tables: readonly TableSpec[]): AwsService {
  const byName = new Map(tables.map((table) => [table.name, table]));

  /** The ARN of a table also stands for it in a request. */
  const arnOf = (nameOrArn: string): string =>
    byName.get(nameOrArn)?.arn ?? (nameOrArn.startsWith("arn:") ? nameOrArn : `${arnPrefix(tables)}${nameOrArn}`);

  const run = async (operation: string, input: JsonObject): Promise<ApiResponse> => {
    const wantsCapacity = "ReturnConsumedCapacity" in input;
    const answer = await database.call(operation, { ReturnConsumedCapacity: "TOTAL", ...input });
    if (answer.status !== 200) return conditionFailed(answer) ? await explain(input, answer) : toResponse(answer);
    const { ConsumedCapacity: capacity = null, ...rest } = answer.body;
    return toResponse({ status: 200, body: wantsCapacity ? answer.body : rest }, unitsIn(capacity));
  };

  /** A failed condition is billed by the size of the item that is there, and hands it out if asked to. */
  const explain = async (input: JsonObject, answer: DatabaseAnswer): Promise<ApiResponse> => {
    const TableName = textAt(input, "TableName") ?? "";
    const Key = input["Key"] ?? keyOf(input["Item"], byName.get(TableName));
    const { body } = await database.call("GetItem", { TableName, Key, ConsistentRead: true });
    const item = isObject(body["Item"]) ? body["Item"] : undefined;
    const wantsItem = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD" && item !== undefined;
    const units = item === undefined ? 1 : Math.max(1, Math.ceil(itemSize(item) / 1024));
    return toResponse(wantsItem ? { ...answer, body: { ...answer.body, Item: item } } : answer, units);
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
        names: names.map((name) => byName.get(name)?.logicalId ?? name).join(","),
        run: () => run(operation, input),
      };
    },
    refuse: ({ code, message, status }) =>
      toResponse({
        status: status === 403 ? 400 : status, // DynamoDB says 400 where others say 403
        body: { __type: `com.amazon.coral.service#${code}`, message },
      }),
  };
}

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
