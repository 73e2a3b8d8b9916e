import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, aRawClient } from "./web-socket-client.ts";

afterAll(closeClouds);

const quiet = { functions: { default: { code: "export const handler = async () => ({ statusCode: 200 });" } } };

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await aCloudOf(quiet);
});

function api({ region, credentials, endpoints }: LocalCloud = cloud): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    region,
    credentials,
    endpoint: endpoints.apigatewaymanagementapi,
    maxAttempts: 1,
  });
}

async function aConnection(options?: Partial<LocalCloudOptions>) {
  const home = options ? await aCloudOf(quiet, options) : cloud;
  const client = await aClient(home.ws, [], { headers: { "User-Agent": "phone/1" } });
  const ConnectionId = home.gateway.connections().at(-1)?.id ?? "";
  return { client, ConnectionId, home };
}

describe("@connections", () => {
  test("POST sends one text message", async () => {
    const { client, ConnectionId } = await aConnection();
    await api().send(new PostToConnectionCommand({ ConnectionId, Data: "SIP/2.0 180 Ringing\r\n\r\né" }));
    expect(await client.next()).toBe("SIP/2.0 180 Ringing\r\n\r\né");
  });

  test("a post above 32 KB comes in frames of 32 KB", async () => {
    const client = await aRawClient(cloud.ws);
    const ConnectionId = cloud.gateway.connections().at(-1)?.id ?? "";
    await api().send(new PostToConnectionCommand({ ConnectionId, Data: "x".repeat(40_000) }));
    const frames = [await client.nextFrame(), await client.nextFrame()];
    expect(frames.map(({ fin, payload }) => [fin, payload.length])).toEqual([
      [false, 32_768],
      [true, 7232],
    ]);
  });

  test("POST above 128 KB is 413", async () => {
    const { ConnectionId } = await aConnection();
    const post = new PostToConnectionCommand({ ConnectionId, Data: "x".repeat(131_073) });
    await expect(api().send(post)).rejects.toThrow(PayloadTooLargeException);
  });

  test("POST to a connection that is gone is 410, with the header the SDK knows it by", async () => {
    const { client, ConnectionId } = await aConnection();
    client.webSocket.terminate();
    await client.closed;
    await cloud.settled();
    await expect(api().send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toThrow(GoneException);
  });

  test("POST to a connection from inside its own $connect is 410", async () => {
    const connect = `
      import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
      const api = new ApiGatewayManagementApiClient({ endpoint: process.env.CALLBACK_URL });
      export const handler = async ({ requestContext: { connectionId } }) => {
        const post = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "hello" });
        const error = await api.send(post).catch((error) => error);
        console.info(error.name + " " + error.$metadata.httpStatusCode);
        return { statusCode: 200 };
      };`;
    const { ws, logs } = await aCloudOf({
      functions: { connect: { code: connect, allows: [["execute-api:ManageConnections", "*"]] } },
    });
    await aClient(ws);
    expect(logs.map(({ text }) => text)).toContain("GoneException 410");
  });

  test("posts above the rate are 429", async () => {
    const { ConnectionId, home } = await aConnection({ limits: { requestsPerSecond: 1, requestBurst: 1 } });
    const post = () => api(home).send(new PostToConnectionCommand({ ConnectionId, Data: "x" }));
    await post();
    await expect(post()).rejects.toThrow(LimitExceededException);
  });

  test("posts to a client that does not read are 429 once its buffer is full", async () => {
    const home = await aCloudOf(quiet, { limits: { clientBufferBytes: 100_000 } });
    const client = await aRawClient(home.ws);
    client.socket.pause();
    const ConnectionId = home.gateway.connections().at(-1)?.id ?? "";
    const flood = async () => {
      for (let n = 0; n < 200; n += 1) {
        await api(home).send(new PostToConnectionCommand({ ConnectionId, Data: "x".repeat(131_072) }));
      }
    };
    await expect(flood()).rejects.toThrow(LimitExceededException);
  });

  test("a wrong stage is 403", async () => {
    const endpoint = cloud.endpoints.apigatewaymanagementapi.replace("/test", "/prod");
    const { region, credentials } = cloud;
    const wrong = new ApiGatewayManagementApiClient({ region, credentials, endpoint, maxAttempts: 1 });
    const error: unknown = await wrong.send(new GetConnectionCommand({ ConnectionId: "x" })).catch((error) => error);
    expect(error).toMatchObject({ name: "ForbiddenException", $metadata: { httpStatusCode: 403 } });
  });

  test("GET returns connectedAt, lastActiveAt and identity", async () => {
    const { client, ConnectionId } = await aConnection();
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.send("x");
    await cloud.settled();
    const found = await api().send(new GetConnectionCommand({ ConnectionId }));
    expect(found.Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "phone/1" });
    expect(found.LastActiveAt?.getTime()).toBeGreaterThan(found.ConnectedAt?.getTime() ?? Infinity);
    await expect(api().send(new GetConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=" }))).rejects.toThrow(
      GoneException,
    );
  });

  test("DELETE is 204 and closes the connection", async () => {
    const { client, ConnectionId } = await aConnection();
    const { $metadata } = await api().send(new DeleteConnectionCommand({ ConnectionId }));
    expect($metadata.httpStatusCode).toBe(204);
    expect((await client.closed).code).toBe(1000);
  });
});
