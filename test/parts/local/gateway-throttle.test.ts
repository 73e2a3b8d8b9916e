import { once } from "node:events";
import { afterAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient } from "./web-socket-client.ts";

// Throttling per route: a route's own settings, or the stage's default (API Gateway developer guide, "route-level
// throttling").

afterAll(closeClouds);

const code = `export const handler = async () => ({ statusCode: 200, body: "served" });`;
const settings = (rate: number, burst: number) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });

function aThrottledCloud(stage: object) {
  const properties = { ApiId: { Ref: "Api" }, StageName: "test", ...stage };
  const stack = {
    functions: { connect: { code }, default: { code }, disconnect: { code } },
    resources: { Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: properties } },
  };
  return aCloudOf(stack, { environments: { isWarm: false } });
}

/** The HTTP status that a refused client gets. */
async function refusal(ws: string): Promise<number> {
  const socket = new WebSocket(ws);
  const [, response] = await once(socket, "unexpected-response");
  socket.on("error", () => undefined).terminate();
  return response.statusCode;
}

test("a connection over the rate of $connect gets 429 without an invocation; open connections stay", async () => {
  const { ws, meter, settled } = await aThrottledCloud({ RouteSettings: { $connect: settings(0.001, 2) } });
  const [first] = [await aClient(ws), await aClient(ws)];
  await settled();
  meter.reset();
  expect(await refusal(ws)).toBe(429);
  expect(meter.calls.filter(({ service }) => service === "lambda")).toEqual([]);
  for (let n = 0; n < 20; n += 1) first.send("x");
  await settled();
  expect(meter.calls.filter(({ action }) => action === "REPLY")).toHaveLength(20);
});

test("a message over the rate of $default closes its connection with 1008, and connections are still accepted", async () => {
  const { ws } = await aThrottledCloud({ RouteSettings: { $default: settings(0.001, 2) } });
  const client = await aClient(ws);
  for (let n = 0; n < 4; n += 1) client.send("x");
  expect((await client.closed).code).toBe(1008);
  await aClient(ws);
});

test("an end over the rate of $disconnect is not reported: cleanup may not depend on it", async () => {
  const { ws, meter, settled } = await aThrottledCloud({ RouteSettings: { $disconnect: settings(0.001, 1) } });
  for (let n = 0; n < 3; n += 1) {
    const client = await aClient(ws);
    client.webSocket.close();
    await client.closed;
  }
  await settled();
  expect(meter.calls.filter(({ action }) => action === "DISCONNECT")).toHaveLength(1);
});

test("the stage's default counts separately for each route without settings", async () => {
  const { ws } = await aThrottledCloud({
    DefaultRouteSettings: settings(0.001, 2),
    RouteSettings: { $connect: settings(0.001, 5) },
  });
  const clients = [await aClient(ws), await aClient(ws), await aClient(ws)];
  clients.forEach((client) => client.send("x"));
  const codes = await Promise.race(clients.map((client) => client.closed));
  expect(codes.code).toBe(1008);
});

test("the throttle of the stage does not apply to posts of functions: the limit of the account does", async () => {
  const post = `
    import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
    const api = new ApiGatewayManagementApiClient({ endpoint: process.env.CALLBACK_URL });
    export const handler = async ({ requestContext: { connectionId } }) => {
      for (let n = 0; n < 10; n += 1) {
        await api.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "posted" }));
      }
      return { statusCode: 200 };
    };`;
  const properties = { ApiId: { Ref: "Api" }, StageName: "test", DefaultRouteSettings: settings(0.001, 2) };
  const { ws, meter, settled } = await aCloudOf({
    functions: { default: { code: post, allows: [["execute-api:ManageConnections", "*"]] } },
    resources: { Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: properties } },
  });
  const client = await aClient(ws);
  client.send("x");
  await settled();
  expect(meter.calls.filter(({ action }) => action === "POST")).toHaveLength(10);
});

test("settings of a missing route are refused, as CloudFormation refuses them", async () => {
  await expect(aThrottledCloud({ RouteSettings: { $other: settings(1, 1) } })).rejects.toThrow(
    /\$other, which does not exist/,
  );
});
