import { type IncomingMessage, createServer, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { leanApiGateway } from "../../../lib/aws/client/api-gateway.ts";
import { leanDynamoDb } from "../../../lib/aws/client/dynamodb.ts";
import { beginInvocation, takeSpent } from "../../../lib/aws/client/invocation.ts";
import { createRetries } from "../../../lib/aws/client/retries.ts";
import { leanSecretsManager } from "../../../lib/aws/client/secrets-manager.ts";
import { leanSqs } from "../../../lib/aws/client/sqs.ts";
import { everythingButDate } from "../../support/fake-date.ts";
import { listen } from "../../support/listen.ts";

// The lean clients and the SDK's own, one after the other, against a server that fails in the same way: outcome, number of
// requests and waits must be the same.

/** One reaction of the server to a request. */
type Behaviour =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | "reset"
  | "half an answer";

/** For each request in turn; the last goes on for ever. */
let script: readonly Behaviour[];
let requests: { readonly headers: IncomingMessage["headers"]; readonly url: string; readonly body: string }[];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  url = await listen(server);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
/** The time of Date for the retries: on a busy machine the real 0.8 s are over before a second attempt. */
let now = Date.now();
/** Milliseconds that pass with each request. */
let passing = 0;
beforeEach(() => {
  passing = 0;
  jest.useFakeTimers({ now, doNotFake: [...everythingButDate] });
});
afterEach(() => {
  jest.useRealTimers();
  beginInvocation({});
});

function pass(milliseconds: number): void {
  now += milliseconds;
  jest.setSystemTime(now);
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = (await buffer(incoming)).toString();
  requests.push({ headers: incoming.headers, url: incoming.url ?? "", body });
  if (passing > 0) pass(passing);
  const behaviour = script[Math.min(requests.length, script.length) - 1];
  if (behaviour === undefined || behaviour === "reset") return void incoming.socket.destroy();
  if (behaviour === "half an answer") {
    outgoing.writeHead(200, { "Content-Length": 100 }).write("{");
    return void setTimeout(() => incoming.socket.destroy(), 20);
  }
  outgoing.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
}

const identity = { region: "us-east-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } };

interface Result {
  readonly outcome: object;
  readonly requests: number;
  readonly milliseconds: number;
}

async function run(behaviours: readonly Behaviour[], send: () => Promise<object>): Promise<Result> {
  script = behaviours;
  requests = [];
  const began = performance.now();
  const outcome = await send().then(
    (output) => ({ output: bare(output) }),
    (error: unknown) => ({ class: error?.constructor?.name, error: error instanceof Error && faultOf(error) }),
  );
  return { outcome, requests: requests.length, milliseconds: performance.now() - began };
}

/** Without request ids and the drawn waits, which no code reads. */
function bare(output: object): object {
  const { $metadata, ...rest } = { $metadata: {}, ...output };
  const {
    requestId: _id,
    totalRetryDelay: _delay,
    extendedRequestId: _x,
    cfId: _cf,
    ...metadata
  } = {
    ...$metadata,
  } as Record<string, unknown>;
  return { ...rest, metadata };
}

function faultOf(error: Error): object {
  const code = "code" in error ? error.code : undefined;
  const item = "Item" in error ? error.Item : undefined;
  // The SDK gives Node's errors of a connection a name of its own, which no code reads.
  const kind = code === undefined ? { name: error.name } : { code };
  return { ...bare("$metadata" in error ? { $metadata: error.$metadata } : {}), ...kind, item };
}

const json = (status: number, body: object, headers: Record<string, string> = {}): Behaviour => ({
  status,
  headers: { "Content-Type": "application/x-amz-json-1.0", ...headers },
  body: JSON.stringify(body),
});
const coral = (name: string) => `com.amazonaws.dynamodb.v20120810#${name}`;
const throttled = json(400, { __type: coral("ProvisionedThroughputExceededException"), message: "slow down" });
const done = json(200, {});

/** The same retries for both, so that only the fast path differs; a stock client has its own. */
const clients = {
  dynamodb: () => [
    leanDynamoDb({ ...identity, endpoint: url }),
    new DynamoDBClient({ ...identity, endpoint: url, retryStrategy: createRetries(4, 25) }),
  ],
};

describe("DynamoDB: as the SDK's own client", () => {
  const item = { id: { S: "row" }, ha1: { M: { MD5: { S: "x" } } } };
  const put = (client: DynamoDBClient) => () =>
    client.send(new PutItemCommand({ TableName: "table", Item: item, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }));

  test.each<[string, readonly Behaviour[]]>([
    ["success", [done]],
    [
      "a refused condition",
      [json(400, { __type: coral("ConditionalCheckFailedException"), message: "no", Item: item })],
    ],
    ["a refused condition without the item", [json(400, { __type: coral("ConditionalCheckFailedException") })]],
    [
      "a refused condition after a lost answer",
      ["reset", json(400, { __type: coral("ConditionalCheckFailedException"), message: "no", Item: item })],
    ],
    ["an invalid request", [json(400, { __type: "com.amazon.coral.validate#ValidationException", message: "no" })]],
    ["a table that is missing", [json(400, { __type: coral("ResourceNotFoundException"), message: "no" })]],
    ["an unknown error", [json(400, { __type: coral("BrandNewException"), message: "no" })]],
    ["a conflict of transactions", [json(400, { __type: coral("TransactionConflictException"), message: "no" })]],
    ["a permission that is missing", [json(400, { __type: "com.amazon.coral.service#AccessDeniedException" })]],
    ["one throttled request", [throttled, done]],
    ["one failure of the service", [json(500, { __type: coral("InternalServerError"), message: "no" }), done]],
    ["a service that always fails", [json(500, { __type: coral("InternalServerError"), message: "no" })]],
    ["HTML from a proxy, once", [{ status: 504, body: "<html>" }, done]],
    ["HTML from a proxy", [{ status: 504, headers: { "Content-Type": "text/html" }, body: "<html>" }]],
    ["not implemented", [{ status: 501, body: "{}" }]],
    ["a connection that breaks once", ["reset", done]],
    ["a connection that always breaks", ["reset"]],
    ["an answer that breaks off once", ["half an answer", done]],
    ["an empty answer", [{ status: 200 }]],
    ["an answer that is not JSON", [{ status: 200, body: "ok" }]],
  ])("%s", async (_what, behaviours) => {
    const [lean, stock] = clients.dynamodb();
    if (lean === undefined || stock === undefined) throw new TypeError("two clients");
    const expected = await run(behaviours, put(stock));
    const actual = await run(behaviours, put(lean));
    expect(actual.outcome).toEqual(expected.outcome);
    expect(actual.requests).toBe(expected.requests);
  });

  test("a Retry-After that fits into the budget is waited for", async () => {
    jest.useRealTimers(); // the SDK turns the header into a time of the machine
    const behaviours = [json(503, { __type: coral("ServiceUnavailable") }, { "x-amz-retry-after": "400" }), done];
    for (const client of clients.dynamodb()) {
      const { requests, milliseconds } = await run(behaviours, put(client));
      expect(requests).toBe(2);
      expect(milliseconds).toBeGreaterThanOrEqual(390);
    }
  });

  test("a failed first attempt is not sent again only to get the SDK's error for it", async () => {
    const [lean] = clients.dynamodb();
    if (lean === undefined) throw new TypeError("a client");
    const { requests } = await run([json(400, { __type: coral("ValidationException") })], put(lean));
    expect(requests).toBe(1);
  });
});

describe("API Gateway: as the SDK's own client", () => {
  const both = () => [
    leanApiGateway(`${url}/sip`, identity),
    new ApiGatewayManagementApiClient({ ...identity, endpoint: `${url}/sip`, retryStrategy: createRetries(3) }),
  ];
  const refusal = (status: number, name: string): Behaviour => ({
    status,
    headers: { "x-amzn-errortype": name },
    body: "{}",
  });

  test.each<[string, readonly Behaviour[]]>([
    ["success", [{ status: 200 }]],
    ["a connection that is gone", [refusal(410, "GoneException:http://internal.amazon.com/")]],
    ["410 without the name of an error", [{ status: 410, body: "{}" }]],
    ["a text that is too large", [refusal(413, "PayloadTooLargeException")]],
    ["a forbidden post", [refusal(403, "ForbiddenException")]],
    ["one throttled post", [refusal(429, "LimitExceededException"), { status: 200 }]],
    ["one failure of the gateway", [{ status: 500, body: "{}" }, { status: 200 }]],
    ["a connection that breaks once", ["reset", { status: 200 }]],
  ])("%s", async (_what, behaviours) => {
    for (const make of [
      () => new PostToConnectionCommand({ ConnectionId: "abc+/d=", Data: "SIP/2.0 200 OK\r\n\r\né" }),
      () => new DeleteConnectionCommand({ ConnectionId: "abc+/d=" }),
    ]) {
      const [lean, stock] = both();
      if (lean === undefined || stock === undefined) throw new TypeError("two clients");
      const command = make();
      const expected = await run(behaviours, () => send(stock, command));
      const [theirs] = requests;
      const actual = await run(behaviours, () => send(lean, command));
      expect(actual.outcome).toEqual(expected.outcome);
      expect(actual.requests).toBe(expected.requests);
      expect([requests[0]?.url, requests[0]?.body]).toEqual([theirs?.url, theirs?.body]);
    }
  });

  function send(client: ApiGatewayManagementApiClient, command: PostToConnectionCommand | DeleteConnectionCommand) {
    return command instanceof PostToConnectionCommand ? client.send(command) : client.send(command);
  }
});

describe("SQS and Secrets Manager: as the SDK's own client", () => {
  const md5 = "900150983cd24fb0d6963f7d28e17f72"; // of "abc"
  const message = { QueueUrl: "", MessageBody: "abc", DelaySeconds: 1 };

  test.each<[string, readonly Behaviour[]]>([
    ["success", [json(200, { MD5OfMessageBody: md5, MessageId: "1" })]],
    ["a digest that is wrong", [json(200, { MD5OfMessageBody: "0", MessageId: "1" })]],
    ["a wrong parameter", [json(400, { __type: "com.amazonaws.sqs#InvalidParameterValue", message: "no" })]],
    [
      "a queue that is missing",
      [
        json(
          400,
          { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "no" },
          { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" },
        ),
      ],
    ],
    ["one failure", [{ status: 503, body: "{}" }, json(200, { MD5OfMessageBody: md5, MessageId: "1" })]],
  ])("SQS: %s", async (_what, behaviours) => {
    const input = { ...message, QueueUrl: `${url}/1/queue` };
    const stock = new SQSClient({ ...identity, endpoint: url, retryStrategy: createRetries(3) });
    const expected = await run(behaviours, () => stock.send(new SendMessageCommand(input)));
    const actual = await run(behaviours, () =>
      leanSqs({ ...identity, endpoint: url }).send(new SendMessageCommand(input)),
    );
    expect(actual.outcome).toEqual(expected.outcome);
    expect(actual.requests).toBe(expected.requests);
  });

  test.each<[string, readonly Behaviour[]]>([
    ["success", [json(200, { SecretString: "text", Name: "name" })]],
    ["a secret that is missing", [json(400, { __type: "ResourceNotFoundException", message: "no" })]],
    ["a permission that is missing", [json(400, { __type: "AccessDeniedException", message: "no" })]],
    ["one throttled request", [json(400, { __type: "ThrottlingException" }), json(200, { SecretString: "text" })]],
  ])("Secrets Manager: %s", async (_what, behaviours) => {
    const stock = new SecretsManagerClient({ ...identity, endpoint: url, retryStrategy: createRetries(3) });
    const lean = leanSecretsManager({ ...identity, endpoint: url });
    const expected = await run(behaviours, () => stock.send(new GetSecretValueCommand({ SecretId: "s" })));
    const actual = await run(behaviours, () => lean.send(new GetSecretValueCommand({ SecretId: "s" })));
    expect(actual.outcome).toEqual(expected.outcome);
    expect(actual.requests).toBe(expected.requests);
  });
});

describe("the retry budget", () => {
  const put = (client: DynamoDBClient) => () => client.send(new PutItemCommand({ TableName: "t", Item: {} }));

  test("a table that stays throttled is given up when 0.8 s are over, after it was tried again", async () => {
    passing = 450;
    const { outcome, requests } = await run([throttled], put(leanDynamoDb({ ...identity, endpoint: url })));
    expect(outcome).toMatchObject({ class: "ProvisionedThroughputExceededException" });
    expect(requests).toBe(3); // the time counts from the first failure
  });

  test("a wait ends within the 0.8 s", async () => {
    for (let time = 0; time < 5; time += 1) {
      const retries = createRetries(4);
      const first = await retries.acquireInitialRetryToken("");
      pass(750);
      const { $retryLog } = await retries.refreshRetryTokenForRetry(first, { errorType: "THROTTLING" });
      expect($retryLog?.acquisitionDelay).toBeLessThan(50);
    }
  });

  test("a throttled post is tried again, and is refused when 0.8 s are over", async () => {
    passing = 900;
    const api = leanApiGateway(url, identity);
    const limit = { status: 429, headers: { "x-amzn-errortype": "LimitExceededException" }, body: "{}" };
    const post = () => api.send(new PostToConnectionCommand({ ConnectionId: "c", Data: "x" }));
    const { outcome, requests } = await run([limit], post);
    expect(outcome).toMatchObject({ class: "LimitExceededException" });
    expect(requests).toBe(2);
  });

  test("throttled attempts are counted for the line of the invocation, once", async () => {
    beginInvocation({});
    await run([throttled, done], put(leanDynamoDb({ ...identity, endpoint: url })));
    expect([takeSpent().throttled, takeSpent().throttled]).toEqual([1, undefined]);
  });

  test("an invocation that has no time left repeats nothing", async () => {
    beginInvocation({ getRemainingTimeInMillis: () => 900 });
    const { requests } = await run([throttled, done], put(leanDynamoDb({ ...identity, endpoint: url })));
    expect(requests).toBe(1);
  });

  test("a Retry-After beyond the budget is not waited for", async () => {
    const later = json(503, { __type: coral("ServiceUnavailable") }, { "Retry-After": "2" });
    const { requests } = await run([later, done], put(leanDynamoDb({ ...identity, endpoint: url })));
    expect(requests).toBe(1);
  });

  test("a service that is down is no longer asked again and again; successes change that", async () => {
    const client = leanDynamoDb({ ...identity, endpoint: url });
    const down = [json(500, { __type: coral("InternalServerError") })];
    let tries = 4;
    for (let call = 0; call < 20 && tries > 1; call += 1) tries = (await run(down, put(client))).requests;
    expect(tries).toBe(1);
    for (let call = 0; call < 28; call += 1) await run([done], put(client));
    expect((await run(down, put(client))).requests).toBeGreaterThan(1);
  });
});

test("the trace header by which Lambda ends chains of functions goes along, in Lambda only", async () => {
  const client = leanDynamoDb({ ...identity, endpoint: url });
  const put = () => client.send(new PutItemCommand({ TableName: "t", Item: {} }));
  process.env["_X_AMZN_TRACE_ID"] = "Root=1-2-3";
  await run([done], put);
  expect(requests[0]?.headers["x-amzn-trace-id"]).toBeUndefined();
  process.env["AWS_LAMBDA_FUNCTION_NAME"] = "default";
  await run([done], put);
  expect(requests[0]?.headers["x-amzn-trace-id"]).toBe("Root=1-2-3");
  delete process.env["AWS_LAMBDA_FUNCTION_NAME"];
  delete process.env["_X_AMZN_TRACE_ID"];
});
