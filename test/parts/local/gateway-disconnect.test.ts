import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, aRawClient } from "./web-socket-client.ts";

afterAll(closeClouds);

const disconnect = `export const handler = async (event) => { console.info(JSON.stringify(event)); };`;
const slow = `
  import { setTimeout as sleep } from "node:timers/promises";
  export const handler = async (event) => { await sleep(300); return { statusCode: 200 }; };`;
const stack = { functions: { disconnect: { code: disconnect } } };

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await aCloudOf(stack);
});

interface DisconnectEvent {
  readonly headers: object;
  readonly requestContext: { readonly disconnectStatusCode: number; readonly disconnectReason: string };
}

/** Waits for the next DISCONNECT event after `act`. */
async function eventOf(act: () => void, from: LocalCloud = cloud): Promise<DisconnectEvent> {
  const before = from.logs.length;
  act();
  for (;;) {
    const line = from.logs.slice(before).find(({ text }) => text.startsWith("{"));
    if (line) return JSON.parse(line.text);
    await sleep(5);
  }
}

describe("$disconnect", () => {
  test("has the headers of the captures and adds status code and reason", async () => {
    const client = await aClient(cloud.ws);
    const event = await eventOf(() => client.webSocket.close());
    expect(event).toMatchObject({
      headers: {
        Host: "localcloud.execute-api.us-east-1.amazonaws.com",
        "x-api-key": "",
        "X-Forwarded-For": "",
        "x-restapi": "",
      },
      requestContext: {
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        identity: { sourceIp: "127.0.0.1" },
        disconnectStatusCode: 1005,
        disconnectReason: "Client-side close frame status not set",
      },
      isBase64Encoded: false,
    });
  });

  test("gives the client's own code and reason", async () => {
    const client = await aClient(cloud.ws);
    const { requestContext } = await eventOf(() => client.webSocket.close(4001, "bye"));
    expect(requestContext).toMatchObject({ disconnectStatusCode: 4001, disconnectReason: "bye" });
  });

  test("a connection that breaks without a close frame is 1006", async () => {
    const client = await aClient(cloud.ws);
    const { requestContext } = await eventOf(() => client.webSocket.terminate());
    expect(requestContext.disconnectStatusCode).toBe(1006);
  });

  test("a connection that the gateway closed has the code of the gateway", async () => {
    const client = await aRawClient(cloud.ws);
    const { requestContext } = await eventOf(() => client.frame(2, "binary"));
    expect(requestContext.disconnectStatusCode).toBe(1003);
  });

  test("a client that leaves while $connect runs leads to $disconnect too", async () => {
    const both = await aCloudOf({ functions: { connect: { code: slow }, disconnect: { code: disconnect } } });
    const { hostname, port, pathname } = new URL(both.ws);
    const { connect } = await import("node:net");
    const socket = connect(Number(port), hostname);
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\n${upgrade}${key}`);
    while (!both.meter.calls.some(({ service }) => service === "lambda")) await sleep(5);
    const { requestContext } = await eventOf(() => socket.destroy(), both);
    expect(requestContext.disconnectStatusCode).toBe(1006);
  });

  test("is best effort: it may never come", async () => {
    const forgetful = await aCloudOf(stack, { limits: { lostDisconnects: 1 } });
    const client = await aClient(forgetful.ws);
    client.webSocket.close();
    await client.closed;
    await forgetful.settled();
    expect(forgetful.meter.calls.map(({ action }) => action)).toEqual(["CONNECT"]);
  });

  test("a test can cut one connection silently", async () => {
    const client = await aClient(cloud.ws);
    const [connection] = cloud.gateway.connections().toReversed();
    cloud.meter.reset();
    expect(cloud.gateway.drop(connection?.id ?? "", { silently: true })).toBe(true);
    expect((await client.closed).code).toBe(1006);
    await cloud.settled();
    expect(cloud.meter.calls).toEqual([]);
    expect(cloud.gateway.drop("nobody")).toBe(false);
  });

  test("when the cloud closes, clients get 1001 and $disconnect is still handled", async () => {
    const ending = await aCloudOf(stack);
    const client = await aClient(ending.ws);
    await ending.close();
    expect((await client.closed).code).toBe(1001);
    expect(ending.meter.calls.map(({ action }) => action)).toEqual(["CONNECT", "DISCONNECT", "Invoke"]);
    expect(ending.logs.some(({ text }) => text.includes('"disconnectStatusCode":1001'))).toBe(true);
  });
});
