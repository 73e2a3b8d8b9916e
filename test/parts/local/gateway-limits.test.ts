import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";
import { aClient, aRawClient, type RawClient } from "./web-socket-client.ts";

afterAll(closeClouds);

const count = `export const handler = async ({ body }) => ({ statusCode: 200, body: String(body.length) });`;
const stack = { functions: { default: { code: count } } };

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await aCloudOf(stack);
});

const ticking: NodeJS.Timeout[] = [];
afterEach(() => ticking.splice(0).forEach((interval) => clearInterval(interval)));

/** Does something again and again until the test is over. */
function every(ms: number, act: () => void): void {
  ticking.push(setInterval(act, ms));
}

/** The code of a close frame. */
async function closeCode(client: RawClient): Promise<number> {
  const { opcode, payload } = await client.nextFrame();
  expect(opcode).toBe(8);
  return payload.readUInt16BE(0);
}

describe("sizes", () => {
  test("a frame of 32 KB passes", async () => {
    const client = await aRawClient(cloud.ws);
    client.frame(1, "x".repeat(32_768));
    expect((await client.nextFrame()).payload.toString()).toBe("32768");
  });

  test("a larger frame closes the connection with 1009 and invokes nothing", async () => {
    const client = await aRawClient(cloud.ws);
    cloud.meter.reset();
    client.frame(1, "x".repeat(32_769));
    expect(await closeCode(client)).toBe(1009);
    expect(cloud.meter.calls.filter(({ action }) => action === "MESSAGE")).toEqual([]);
  });

  test("the frame counts, not the message: four frames of 32 KB pass", async () => {
    const client = await aRawClient(cloud.ws);
    const part = "x".repeat(32_768);
    client.frame(1, part, false);
    client.frame(0, part, false);
    client.frame(0, part, false);
    client.frame(0, part, true);
    expect((await client.nextFrame()).payload.toString()).toBe("131072");
  });

  test("a message above 128 KB closes the connection with 1009", async () => {
    const client = await aRawClient(cloud.ws);
    const part = "x".repeat(32_768);
    for (const opcode of [1, 0, 0, 0]) client.frame(opcode, part, false);
    client.frame(0, "x", true);
    expect(await closeCode(client)).toBe(1009);
  });

  test("a frame header that comes byte by byte is checked nevertheless", async () => {
    const client = await aRawClient(cloud.ws);
    client.socket.setNoDelay(true);
    const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0x80, 0x01, 1, 2, 3, 4]);
    for (const byte of header) {
      client.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await closeCode(client)).toBe(1009);
  });
});

describe("forbidden messages", () => {
  test("a binary frame closes the connection with 1003", async () => {
    const client = await aRawClient(cloud.ws);
    client.frame(2, "INVITE");
    expect(await closeCode(client)).toBe(1003);
  });

  test("text that is not UTF-8 closes the connection with 1007", async () => {
    const client = await aRawClient(cloud.ws);
    client.frame(1, Buffer.from([0xff, 0xfe]));
    expect(await closeCode(client)).toBe(1007);
  });

  test("messages before a forbidden frame are still handled", async () => {
    const client = await aRawClient(cloud.ws);
    cloud.meter.reset();
    client.socket.cork(); // one chunk for both
    client.frame(1, "fine");
    client.frame(2, "not fine");
    client.socket.uncork();
    expect(await closeCode(client)).toBe(1003);
    await cloud.settled();
    expect(cloud.meter.calls.filter(({ action }) => action === "MESSAGE")).toHaveLength(1);
  });
});

describe("time", () => {
  test("an idle connection is closed with 1001", async () => {
    const { ws } = await aCloudOf(stack, { limits: { idleMs: 60 } });
    expect((await (await aClient(ws)).closed).code).toBe(1001);
  });

  test("a message in either direction resets the idle time, a ping does not", async () => {
    const { ws } = await aCloudOf(stack, { limits: { idleMs: 2000 } });
    const [talker, pinger] = [await aClient(ws), await aClient(ws)];
    every(50, () => {
      talker.send("x");
      pinger.webSocket.ping();
    });
    await pinger.closed;
    expect(talker.webSocket.readyState).toBe(talker.webSocket.OPEN);
  });

  test("a ping resets it where the switch is set", async () => {
    const { ws } = await aCloudOf(stack, { limits: { idleMs: 2000, pingResetsIdle: true } });
    const pinger = await aClient(ws);
    every(50, () => pinger.webSocket.ping());
    const silent = await aClient(ws); // connected later, and closed for being idle
    await silent.closed;
    expect(pinger.webSocket.readyState).toBe(pinger.webSocket.OPEN);
  });

  test("after its lifetime a connection is closed with 1001, busy or not", async () => {
    const { ws } = await aCloudOf(stack, { limits: { lifetimeMs: 120 } });
    const client = await aClient(ws);
    every(20, () => client.send("x"));
    expect((await client.closed).code).toBe(1001);
  });
});

test("a client that does not read is closed with 1008 once a reply finds its buffer full", async () => {
  const code = `export const handler = () => ({ statusCode: 200, body: "x".repeat(120_000) });`;
  const cloud = await aCloudOf({ functions: { default: { code } } }, { limits: { clientBufferBytes: 300_000 } });
  const client = await aClient(cloud.ws);
  client.webSocket.pause();
  const isOpen = () => cloud.gateway.connections().length > 0;
  for (let sent = 0; isOpen() && sent < 2000; sent += 1) {
    client.send("x");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(isOpen()).toBe(false);
});

test("a client that sends faster than its messages are handled is read no further until some are done; none is lost", async () => {
  const code = `
    export const handler = async ({ body }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { statusCode: 200, body: body.trim() };
    };`;
  const busy = await aCloudOf({ functions: { default: { code } } }, { limits: { messagesAtOnce: 8 } });
  const client = await aClient(busy.ws);
  const total = 400;
  for (let count = 0; count < total; count += 1) client.send(String(count).padEnd(4096));
  const answers: number[] = [];
  let most = 0;
  while (answers.length < total) {
    answers.push(Number(await client.next()));
    const calls = busy.meter.calls.map(({ action }) => action);
    const [taken, done] = ["MESSAGE", "REPLY"].map((name) => calls.filter((action) => action === name).length);
    most = Math.max(most, (taken ?? 0) - (done ?? 0));
  }
  expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, count) => count));
  expect(most).toBeGreaterThanOrEqual(8);
  expect(most).toBeLessThan(8 + 65_536 / 4096 + 1); // one read may bring several
  client.webSocket.close();
  expect((await client.closed).code).toBe(1005);
});

test("a client that is read no further can be closed, and can leave", async () => {
  const code = `export const handler = () => new Promise(() => {});`;
  const options = { limits: { messagesAtOnce: 2, lifetimeMs: 400 } };
  const busy = await aCloudOf({ functions: { default: { code, timeoutSeconds: 1 } } }, options);
  const [closed, leaving] = [await aClient(busy.ws), await aClient(busy.ws)];
  for (const client of [closed, leaving]) for (let count = 0; count < 3; count += 1) client.send("x");
  leaving.webSocket.terminate();
  expect((await closed.closed).code).toBe(1001);
  await busy.settled();
  expect(busy.gateway.connections()).toEqual([]);
});

describe("rate", () => {
  test("a client that is over the rate is closed with 1008", async () => {
    const { ws } = await aCloudOf(stack, { limits: { requestsPerSecond: 1, requestBurst: 3 } });
    const client = await aClient(ws);
    for (let n = 0; n < 5; n += 1) client.send("x");
    expect((await client.closed).code).toBe(1008);
  });
});
