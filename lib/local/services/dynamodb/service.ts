// DynamoDB: the tables of the stack in a database of this process.
import { join } from "node:path";
import type { EmulatedService, RunningService } from "../service.ts";
import { createDynamoDbApi, createTables } from "./api.ts";
import { openDatabase } from "./database.ts";
import { readTables, tableResources, type TableSpec } from "./spec.ts";

export interface RunningDynamoDb extends RunningService {
  readonly tables: readonly TableSpec[];
}

export const dynamodb: EmulatedService<RunningDynamoDb> = {
  signingName: "dynamodb",
  targetPrefix: "DynamoDB",
  endpointVariable: "AWS_ENDPOINT_URL_DYNAMODB",
  resources: tableResources,
  start: async ({ stack, dataDir, throttling }) => {
    const tables = readTables(stack);
    for (const { logicalId } of tables) throttling.offer(logicalId);
    const database = openDatabase(dataDir && join(dataDir, "dynamodb"));
    await createTables(database, tables);
    return { api: createDynamoDbApi(database, tables, throttling), tables, close: () => database.close() };
  },
};
