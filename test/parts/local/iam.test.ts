import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { isAllowed, matches, parseStatements } from "../../../lib/local/iam/policy.ts";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, type Client } from "./web-socket-client.ts";

afterAll(closeClouds);

/** Makes the call that the message names, and answers with the error or "allowed". */
const caller = `
  import * as api from "@aws-sdk/client-apigatewaymanagementapi";
  import * as dynamodb from "@aws-sdk/client-dynamodb";
  import * as secrets from "@aws-sdk/client-secrets-manager";
  import * as sqs from "@aws-sdk/client-sqs";

  const db = new dynamodb.DynamoDBClient({});
  const connections = new api.ApiGatewayManagementApiClient({ endpoint: process.env.CALLBACK_URL });
  const { OPEN, CLOSED, QUEUE, SECRET } = process.env;
  const Key = { id: { S: "1" } };
  const calls = {
    get: () => db.send(new dynamodb.GetItemCommand({ TableName: OPEN, Key })),
    getClosed: () => db.send(new dynamodb.GetItemCommand({ TableName: CLOSED, Key })),
    update: () => db.send(
      new dynamodb.UpdateItemCommand({ TableName: OPEN, Key, UpdateExpression: "REMOVE #a", ExpressionAttributeNames: { "#a": "a" } }),
    ),
    updateOther: () => db.send(
      new dynamodb.UpdateItemCommand({ TableName: OPEN, Key, UpdateExpression: "REMOVE #a, #b", ExpressionAttributeNames: { "#a": "a", "#b": "b" } }),
    ),
    put: () => db.send(new dynamodb.PutItemCommand({ TableName: OPEN, Item: Key })),
    batch: () => db.send(new dynamodb.BatchGetItemCommand({ RequestItems: { [OPEN]: { Keys: [Key] } } })),
    batchBoth: () =>
      db.send(new dynamodb.BatchGetItemCommand({ RequestItems: { [OPEN]: { Keys: [Key] }, [CLOSED]: { Keys: [Key] } } })),
    send: () => new sqs.SQSClient({}).send(new sqs.SendMessageCommand({ QueueUrl: QUEUE, MessageBody: "x" })),
    secret: () =>
      new secrets.SecretsManagerClient({}).send(new secrets.GetSecretValueCommand({ SecretId: SECRET })),
    look: ({ connectionId }) => connections.send(new api.GetConnectionCommand({ ConnectionId: connectionId })),
  };
  export const handler = async ({ body, requestContext }) => {
    const failure = await calls[body](requestContext).then(() => undefined, (error) => error);
    const answer = failure ? [failure.name, failure.$metadata?.httpStatusCode, failure.message] : ["allowed"];
    return { statusCode: 200, body: JSON.stringify(answer) };
  };`;

const table = {
  Type: "AWS::DynamoDB::GlobalTable",
  Properties: {
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  },
};
const arn = (resource: string) => ({ "Fn::GetAtt": [resource, "Arn"] });

let cloud: LocalCloud;
let client: Client;
beforeAll(async () => {
  cloud = await aCloudOf({
    functions: {
      default: {
        code: caller,
        environment: {
          OPEN: { Ref: "Open" },
          CLOSED: { Ref: "Closed" },
          QUEUE: { Ref: "Queue" },
          SECRET: { Ref: "Secret" },
        },
        allows: [
          ["dynamodb:GetItem", arn("Open")],
          ["dynamodb:Batch*", arn("Open")],
          ["dynamodb:UpdateItem", arn("Open"), { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "a"] } }],
        ],
      },
    },
    resources: {
      Open: table,
      Closed: table,
      Queue: { Type: "AWS::SQS::Queue", Properties: {} },
      Secret: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: "x" } },
    },
  });
  client = await aClient(cloud.ws);
});

/** Name, status and message of the error, or "allowed". */
async function call(name: string): Promise<[string, number, string]> {
  client.send(name);
  return JSON.parse(await client.next());
}

const prefix =
  "arn:aws:sts::000000000000:assumed-role/Fixture-defaultRole/Fixture-defaultFunction is not authorized to";

describe("a call that the synthesized policy allows", () => {
  test.each(["get", "batch", "update"])("passes (%s)", async (name) => {
    expect(await call(name)).toEqual(["allowed"]);
  });
});

describe("another call is AccessDenied, and the message names the missing grant", () => {
  test.each([
    ["put", 400, "dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Open"],
    ["updateOther", 400, "dynamodb:UpdateItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Open"],
    ["getClosed", 400, "dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Closed"],
    [
      "batchBoth",
      400,
      "dynamodb:BatchGetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Closed",
    ],
    ["send", 403, "sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:Fixture-Queue"],
    [
      "secret",
      400,
      "secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:000000000000:secret:Fixture-Secret-local0",
    ],
  ])("%s", async (name, status, what) => {
    const [error, code, message] = await call(name);
    expect(error).toMatch(/^AccessDenied(Exception)?$/);
    expect(code).toBe(status);
    expect(message).toBe(`User: ${prefix} perform: ${what}; grant it in the construct`);
    expect(cloud.logs.findLast(({ source }) => source === "cloud")).toMatchObject({
      level: "ERROR",
      source: "cloud",
      text: expect.stringContaining(what.split(" ")[0] ?? ""),
    });
  });

  test("look", async () => {
    const [error, code, message] = await call("look");
    expect([error, code]).toEqual(["AccessDeniedException", 403]);
    expect(message).toContain(
      "execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:000000000000:localcloud/test/GET/@connections/",
    );
  });

  test("a denied call is not metered: it would not be billed as one that was done", async () => {
    cloud.meter.reset();
    await call("put");
    expect(cloud.meter.calls.filter(({ service }) => service === "dynamodb")).toEqual([]);
  });
});

/** Reads one item, with the given credentials. */
function ask(more: object): Promise<GetItemCommandOutput> {
  const { region, credentials, endpoints } = cloud;
  const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb, maxAttempts: 1, ...more });
  return db.send(new GetItemCommand({ TableName: "Fixture-Closed", Key: { id: { S: "1" } } }));
}

describe("the caller", () => {
  test("the operator may do everything", async () => {
    expect((await ask({})).$metadata.httpStatusCode).toBe(200);
  });

  test("an unknown key is UnrecognizedClientException", async () => {
    const credentials = { accessKeyId: "AKIANOBODY", secretAccessKey: "local" };
    await expect(ask({ credentials })).rejects.toMatchObject({ name: "UnrecognizedClientException" });
  });

  test("a wrong secret is InvalidSignatureException", async () => {
    const credentials = { ...cloud.credentials, secretAccessKey: "guessed" };
    await expect(ask({ credentials })).rejects.toMatchObject({ name: "InvalidSignatureException" });
  });

  test("a signature of yesterday is InvalidSignatureException", async () => {
    await expect(ask({ systemClockOffset: -86_400_000 })).rejects.toMatchObject({
      name: "InvalidSignatureException",
      message: expect.stringContaining("Signature expired"),
    });
  });

  test("no signature is MissingAuthenticationTokenException", async () => {
    const headers = { "X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0" };
    const response = await fetch(cloud.endpoints.dynamodb, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: expect.stringContaining("MissingAuthenticationToken") });
  });

  test("a batch of the operator may name a missing table", async () => {
    const { region, credentials, endpoints } = cloud;
    const db = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
    const batch = new BatchGetItemCommand({ RequestItems: { Nowhere: { Keys: [{ id: { S: "1" } }] } } });
    await expect(db.send(batch)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

/** A policy of these statements, read as from a template. */
function statements(...list: object[]): ReturnType<typeof parseStatements> {
  return parseStatements(JSON.parse(JSON.stringify({ Statement: list })), "Policy");
}

describe("policies", () => {
  const everything = { Effect: "Allow", Action: "*", Resource: "*" };

  test("no statement, no permission", () => {
    expect(isAllowed([], "sqs:SendMessage", "arn")).toBe(false);
  });

  test("a Deny wins over every Allow", () => {
    const policy = statements(everything, { Effect: "Deny", Action: "sqs:Send*", Resource: "*" });
    expect(isAllowed(policy, "sqs:SendMessage", "arn")).toBe(false);
    expect(isAllowed(policy, "sqs:ReceiveMessage", "arn")).toBe(true);
  });

  test("actions ignore the case, resources do not", () => {
    const policy = statements({ Effect: "Allow", Action: ["SQS:sendmessage"], Resource: ["arn:A"] });
    expect(isAllowed(policy, "sqs:SendMessage", "arn:A")).toBe(true);
    expect(isAllowed(policy, "sqs:SendMessage", "arn:a")).toBe(false);
  });

  test.each([
    ["a*c", "abbc", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a.c", "abc", false],
    ["arn:aws:execute-api:*:*:id/*/POST/@connections/*", "arn:aws:execute-api:r:a:id/s/POST/@connections/x=", true],
    ["arn:aws:execute-api:*:*:id/*/POST/@connections/*", "arn:aws:execute-api:r:a:id/s/GET/@connections/x=", false],
  ])("pattern %s, text %s: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test("enforceSSL does not apply here: the endpoint stands for one with TLS", () => {
    const condition = { Bool: { "aws:SecureTransport": "false" } };
    expect(statements({ ...everything, Effect: "Deny", Condition: condition })).toEqual([]);
  });

  test.each(["Condition", "NotAction", "NotResource"])("%s is not understood, and the error names it", (key) => {
    expect(() => statements({ ...everything, [key]: {} })).toThrow(
      `Policy: the local cloud does not understand ${key} in a policy statement`,
    );
  });
});
