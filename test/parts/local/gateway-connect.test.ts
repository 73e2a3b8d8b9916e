import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, aRawClient } from "./web-socket-client.ts";

afterAll(closeClouds);

/** `$connect` does as the query string says; `$default` answers with the last CONNECT event. */
const connect = `
  import { setTimeout as sleep } from "node:timers/promises";
  export const handler = async (event) => {
    console.info(JSON.stringify(event));
    const { wait, status, throws, nothing, protocol } = event.queryStringParameters ?? {};
    if (wait) await sleep(Number(wait));
    if (throws) throw new Error("as asked");
    if (nothing) return { oops: true };
    return { statusCode: Number(status ?? 200), ...(protocol && { headers: { "sec-websocket-protocol": protocol } }) };
  };`;
const echo = `export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });`;

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await aCloudOf({ functions: { connect: { code: connect }, default: { code: echo } } });
});

/** The event that `$connect` got last. */
function connectEvent(): Record<string, never> {
  const line = cloud.logs.findLast(({ source, text }) => source === "connect" && text.startsWith("{"));
  return JSON.parse(line?.text ?? "{}");
}

describe("$connect", () => {
  test("the upgrade waits for the integration", async () => {
    const before = performance.now();
    await aRawClient(`${cloud.ws}?wait=150`);
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
  });

  test.each([400, 401, 403, 500])("non-2xx: the client gets status %i and no connection", async (status) => {
    const before = cloud.gateway.connections();
    const { handshake } = await aRawClient(`${cloud.ws}?status=${status}`);
    expect(handshake.status).toBe(status);
    expect(cloud.gateway.connections()).toEqual(before);
  });

  test.each(["throws=1", "nothing=1"])("an integration error is 502 (%s)", async (query) => {
    const { handshake } = await aRawClient(`${cloud.ws}?${query}`);
    expect(handshake.status).toBe(502);
    expect(JSON.parse(handshake.body)).toMatchObject({ message: "Bad Gateway", connectionId: expect.any(String) });
  });

  test("without a Lambda::Permission for API Gateway it is 502 too", async () => {
    const stack = { functions: { connect: { code: connect, withoutPermission: true } } };
    const { ws, logs } = await aCloudOf(stack);
    expect((await aRawClient(ws)).handshake.status).toBe(502);
    expect(logs.map(({ text }) => text).join()).toContain("API Gateway may not invoke connect");
  });

  test("any other path than the stage's is 403", async () => {
    expect((await aRawClient(cloud.ws.replace("/test", "/other"))).handshake.status).toBe(403);
  });

  test("more new connections a second than allowed: 429", async () => {
    const { ws } = await aCloudOf(
      { functions: { connect: { code: connect } } },
      { limits: { connectionsPerSecond: 2 } },
    );
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await aRawClient(ws)).handshake.status);
    expect(statuses).toEqual([101, 101, 429, 429]);
  });
});

describe("subprotocol", () => {
  test("the one in the response of the $connect Lambda reaches the client", async () => {
    const offer = { "Sec-WebSocket-Protocol": "sip" };
    const { handshake } = await aRawClient(`${cloud.ws}?protocol=sip`, offer);
    expect(handshake.headers["sec-websocket-protocol"]).toBe("sip");
  });

  test("offered and not answered: none is answered, and ws fails the connection", async () => {
    const { handshake } = await aRawClient(cloud.ws, { "Sec-WebSocket-Protocol": "sip" });
    expect(handshake.headers["sec-websocket-protocol"]).toBeUndefined();
    await expect(aClient(cloud.ws, "sip")).rejects.toThrow("Server sent no subprotocol");
  });

  test("sent although it was not offered", async () => {
    const { handshake } = await aRawClient(`${cloud.ws}?protocol=sip`);
    expect(handshake.headers["sec-websocket-protocol"]).toBe("sip");
  });

  test("several offers come as one header string", async () => {
    await aRawClient(cloud.ws, { "Sec-WebSocket-Protocol": "a, sip" });
    expect(connectEvent()["headers"]).toHaveProperty("Sec-WebSocket-Protocol", "a, sip");
  });
});

describe("the CONNECT event", () => {
  test("has headers as the client wrote them, without Connection and Upgrade, and no body", async () => {
    await aRawClient(`${cloud.ws}?a=1&a=2`, { "User-Agent": "phone/1", "x-own": "yes" });
    const event = connectEvent();
    expect(Object.keys(event).toSorted()).toEqual([
      "headers",
      "isBase64Encoded",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "queryStringParameters",
      "requestContext",
    ]);
    expect(Object.keys(event["headers"] ?? {}).toSorted()).toEqual([
      "Host",
      "Sec-WebSocket-Key",
      "Sec-WebSocket-Version",
      "User-Agent",
      "X-Forwarded-For",
      "X-Forwarded-Port",
      "X-Forwarded-Proto",
      "x-own",
    ]);
    expect(event["multiValueHeaders"]).toMatchObject({ "x-own": ["yes"] });
    expect(event["queryStringParameters"]).toEqual({ a: "2" });
    expect(event["multiValueQueryStringParameters"]).toEqual({ a: ["1", "2"] });
    expect(event["isBase64Encoded"]).toBe(false);
  });

  test("leaves queryStringParameters out when there is no query", async () => {
    await aRawClient(cloud.ws);
    expect(connectEvent()).not.toHaveProperty("queryStringParameters");
  });

  test("its requestContext has every field of the captures, and requestId equals extendedRequestId", async () => {
    await aRawClient(cloud.ws, { "User-Agent": "phone/1" });
    const context: Record<string, unknown> = connectEvent()["requestContext"] ?? {};
    expect(context).toEqual({
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: context["requestId"],
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: "IN",
      stage: "test",
      connectedAt: expect.any(Number),
      requestTimeEpoch: expect.any(Number),
      identity: { sourceIp: "127.0.0.1", userAgent: "phone/1" },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      domainName: "localcloud.execute-api.us-east-1.amazonaws.com",
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      apiId: "localcloud",
    });
  });
});

describe("authorizer", () => {
  const authorizer = `
    export const handler = async (event) => {
      console.info(JSON.stringify(event));
      const { token } = event.queryStringParameters;
      if (token === "broken") throw new Error("as asked");
      const Effect = token === "bad" ? "Deny" : "Allow";
      return {
        principalId: "alice",
        policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect, Resource: event.methodArn.replace(/[^/]*$/, "*") }] },
        context: token === "nested" ? { deep: {} } : { aor: "sip:alice@example.com", admin: true },
      };
    };`;
  let guarded: LocalCloud;
  beforeAll(async () => {
    guarded = await aCloudOf({
      functions: { authorizer: { code: authorizer }, connect: { code: connect }, default: { code: echo } },
      authorizer: { fn: "authorizer", identitySources: ["route.request.querystring.token"] },
    });
  });

  test("a missing identity source is 401 and no Lambda is called", async () => {
    guarded.meter.reset();
    expect((await aRawClient(guarded.ws)).handshake.status).toBe(401);
    expect(guarded.meter.calls.filter(({ service }) => service === "lambda")).toEqual([]);
  });

  test("Deny is 403, a failure is 500, and $connect is not called", async () => {
    guarded.meter.reset();
    expect((await aRawClient(`${guarded.ws}?token=bad`)).handshake.status).toBe(403);
    expect((await aRawClient(`${guarded.ws}?token=broken`)).handshake.status).toBe(500);
    expect(guarded.meter.calls.some(({ resource }) => resource === "connect")).toBe(false);
  });

  test("its context comes back on every later event", async () => {
    const client = await aClient(`${guarded.ws}?token=good`);
    client.send("x");
    const { requestContext }: { requestContext: object } = JSON.parse(await client.next());
    expect(requestContext).toMatchObject({
      authorizer: { principalId: "alice", aor: "sip:alice@example.com", admin: true },
    });
  });

  test("is asked with type, methodArn and all headers", async () => {
    await aRawClient(`${guarded.ws}?token=good`);
    const line = guarded.logs.findLast(({ source, text }) => source === "authorizer" && text.startsWith("{"));
    expect(JSON.parse(line?.text ?? "")).toMatchObject({
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:000000000000:localcloud/test/$connect",
      headers: { Connection: "Upgrade", Upgrade: "websocket" },
      queryStringParameters: { token: "good" },
      requestContext: { eventType: "CONNECT" },
    });
  });

  test("a context that is not flat is an error of the integration: 500", async () => {
    expect((await aRawClient(`${guarded.ws}?token=nested`)).handshake.status).toBe(500);
  });
});
