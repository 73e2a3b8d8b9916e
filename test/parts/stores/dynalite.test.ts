import { createServer, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe } from "@jest/globals";
import { schema } from "../../../lib/aws/dynamodb/schema.ts";
import type { AwsService } from "../../../lib/local/services/service.ts";
import { type Database, openDatabase } from "../../../lib/local/services/dynamodb/database.ts";
import { createDynamoDbApi } from "../../../lib/local/services/dynamodb/api.ts";
import { createThrottling } from "../../../lib/local/services/throttling.ts";
import { openDynamoState } from "./dynamo-state.ts";
import { dynamoDbContract } from "./dynamodb-contract.ts";
import { fresh } from "./samples.ts";
import { stateContract } from "./state-contract.ts";
import { listen } from "../../support/listen.ts";

describe("State on DynamoDB (dynalite, as the local cloud runs it)", () => {
  let database: Database;
  const servers: Server[] = [];

  async function open() {
    const prefix = fresh("Stores");
    const tables = Object.values(schema).map(({ id, key, ...rest }) => ({
      logicalId: id,
      name: `${prefix}-${id}`,
      arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${prefix}-${id}`,
      definition: {
        KeySchema: [key, ...("sortKey" in rest ? [rest.sortKey] : [])].map((name) => ({ AttributeName: name })),
      },
    }));
    return openDynamoState(await serve(createDynamoDbApi(database, tables, createThrottling(Math.random))), prefix);
  }

  /** Without IAM, which has its own tests. */
  async function serve(api: AwsService): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      const { headers, method = "", url = "" } = incoming;
      const [, operation = ""] = String(headers["x-amz-target"]).split(".");
      void buffer(incoming)
        .then((body) => api.plan({ method, url, headers, operation, body }).run())
        .then(({ status, headers, body }) => outgoing.writeHead(status, headers).end(body));
    });
    servers.push(server);
    return listen(server);
  }

  beforeAll(async () => {
    database = openDatabase(undefined);
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await database.close();
  });

  stateContract(open);
  dynamoDbContract(open);
});
