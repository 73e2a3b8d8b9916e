import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, aRawClient } from "./web-socket-client.ts";

afterAll(closeClouds);

/** Does as the message says; any other message is answered with the event. */
const handler = `
  import { setTimeout as sleep } from "node:timers/promises";
  export const handler = async (event) => {
    const [verb, value] = event.body.split(" ");
    if (verb === "throw") throw new Error("as asked");
    if (verb === "exit") process.exit(1);
    if (verb === "nothing") return;
    if (verb === "silent") return { statusCode: 200 };
    if (verb === "object") return { statusCode: 200, body: {} };
    if (verb === "long") return { statusCode: 200, body: "x".repeat(Number(value)) };
    if (verb === "sleep") { await sleep(Number(value)); return { statusCode: 200, body: "slept " + value }; }
    return { statusCode: 200, body: JSON.stringify(event) };
  };`;

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await aCloudOf({ functions: { default: { code: handler } } });
});

const internalError = (connectionId: string) =>
  expect.stringMatching(
    new RegExp(
      `^\\{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"[\\w-]{15}="\\}$`,
    ),
  );

describe("the MESSAGE event", () => {
  test("has only requestContext, body and isBase64Encoded: no headers, no query string", async () => {
    const client = await aClient(`${cloud.ws}?a=1`);
    client.send("REGISTER sip:é SIP/2.0\r\n\r\n");
    const event: Record<string, unknown> = JSON.parse(await client.next());
    expect(Object.keys(event).toSorted()).toEqual(["body", "isBase64Encoded", "requestContext"]);
    expect(event["body"]).toBe("REGISTER sip:é SIP/2.0\r\n\r\n");
    expect(event["isBase64Encoded"]).toBe(false);
    expect(event["requestContext"]).toMatchObject({
      routeKey: "$default",
      eventType: "MESSAGE",
      messageDirection: "IN",
      messageId: expect.stringMatching(/^[\w-]{15}=$/),
      identity: { sourceIp: "127.0.0.1" },
      connectedAt: expect.any(Number),
    });
  });

  test.each([
    ["CRLF", "\r\n\r\n"],
    ["JSON", '{"action":"x"}'],
    ["an empty frame", ""],
  ])("%s goes to $default", async (_what, text) => {
    const client = await aClient(cloud.ws);
    client.send(text);
    expect(JSON.parse(await client.next())).toMatchObject({ body: text, requestContext: { routeKey: "$default" } });
  });
});

describe("reply by return", () => {
  test("without a body nothing is sent", async () => {
    const client = await aClient(cloud.ws);
    client.send("silent");
    await cloud.settled();
    expect(client.inbox).toEqual([]);
  });

  test("without a RouteResponse nothing is sent", async () => {
    const mute = await aCloudOf({ functions: { default: { code: handler } }, replies: false });
    const client = await aClient(mute.ws);
    client.send("hello");
    await mute.settled();
    expect(client.inbox).toEqual([]);
  });

  test("a reply above 32 KB comes in frames of 32 KB, one above 128 KB is an error", async () => {
    const client = await aRawClient(cloud.ws);
    client.frame(1, "long 70000");
    const frames = [await client.nextFrame(), await client.nextFrame(), await client.nextFrame()];
    expect(frames.map(({ opcode, fin, payload }) => [opcode, fin, payload.length])).toEqual([
      [1, false, 32_768],
      [0, false, 32_768],
      [0, true, 4464],
    ]);
    client.frame(1, "long 131073");
    expect((await client.nextFrame()).payload.toString()).toContain("Internal server error");
  });
});

describe("Lambda failure", () => {
  test.each(["throw", "exit", "nothing", "object"])(
    "the client receives the gateway's error frame (%s)",
    async (verb) => {
      const client = await aClient(cloud.ws);
      client.send("id");
      const { requestContext }: { requestContext: { connectionId: string } } = JSON.parse(await client.next());
      client.send(verb);
      expect(await client.next()).toEqual(internalError(requestContext.connectionId));
    },
  );

  test("so it does when the integration timeout is over", async () => {
    const limits = { integrationTimeoutMs: 100 };
    const impatient = await aCloudOf({ functions: { default: { code: handler } } }, { limits });
    const client = await aClient(impatient.ws);
    client.send("sleep 1000");
    expect(await client.next()).toContain("Internal server error");
    await impatient.settled();
    expect(client.inbox).toEqual([]);
  });

  test("so it does when the function's own timeout is over", async () => {
    const { ws } = await aCloudOf({ functions: { default: { code: handler, timeoutSeconds: 0.1 } } });
    const client = await aClient(ws);
    client.send("sleep 1000");
    expect(await client.next()).toContain("Internal server error");
  });

  test("without any $default route the client gets Forbidden", async () => {
    const { ws } = await aCloudOf({ functions: { other: { code: handler } }, routes: {} });
    const client = await aClient(ws);
    client.send("x");
    expect(await client.next()).toMatch(/^\{"message": "Forbidden", "connectionId":".*", "requestId":".*"\}$/);
  });
});

describe("order", () => {
  test("messages of one connection invoke concurrently: replies overtake each other", async () => {
    const { ws } = await aCloudOf({ functions: { default: { code: handler } } });
    const client = await aClient(ws);
    client.send("sleep 2000"); // longer than another environment needs to start on a busy machine
    client.send("sleep 10");
    expect([await client.next(), await client.next()]).toEqual(["slept 10", "slept 2000"]);
  });

  test("with jitter even quick messages overtake each other", async () => {
    const delays = [0.9, 0.1];
    const random = () => delays.shift() ?? 0;
    const { ws } = await aCloudOf({ functions: { default: { code: handler } } }, { jitterMs: 150, random });
    const client = await aClient(ws);
    client.send("sleep 1");
    client.send("sleep 2");
    expect([await client.next(), await client.next()]).toEqual(["slept 2", "slept 1"]);
  });
});

describe("ping", () => {
  test("is answered by the gateway and not passed on", async () => {
    const client = await aRawClient(cloud.ws);
    cloud.meter.reset();
    client.frame(9, "are you there");
    expect(await client.nextFrame()).toMatchObject({ opcode: 10, payload: Buffer.from("are you there") });
    expect(cloud.meter.calls).toEqual([]);
  });
});
