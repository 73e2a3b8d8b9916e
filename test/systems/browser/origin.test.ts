import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloud, closeClouds } from "../../parts/local/cloud.ts";
import { launchChromium } from "./chromium.ts";

// Which page may connect, in a real browser: the browser writes the Origin, and the page cannot change it (RFC 6455
// §10.2).

let browser: Browser;
let cloud: LocalCloud;
let server: Server;
let port: number;
beforeAll(async () => {
  cloud = await aCloud(); // for pages of this machine
  server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end('<!doctype html><iframe sandbox="allow-scripts" srcdoc="x"></iframe>');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.close();
  await closeClouds();
});

/** Opens the page under one of the names of this machine. */
async function pageAt(host: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://${host}:${port}/`);
  return page;
}

/** The outcome of a connection that a script of the page opens. */
const connect = (target: Pick<Page, "evaluate">): Promise<string> =>
  target.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, "sip");
        socket.addEventListener("open", () => resolve("open"));
        socket.addEventListener("error", () => resolve("refused"));
      }),
    cloud.ws,
  );

async function originsRefused(): Promise<readonly string[]> {
  await cloud.settled();
  const lines = cloud.logs.filter(({ text }) => text.includes("page may not connect"));
  return lines.map(({ text }) => JSON.parse(text).origin);
}

describe("a browser's page", () => {
  test.each(["localhost", "127.0.0.1"])("from %s connects, whatever its port", async (host) => {
    expect(await connect(await pageAt(host))).toBe("open");
  });

  test("under another name does not connect, and neither does a sandboxed frame in an allowed page", async () => {
    expect(await connect(await pageAt("evil.localhost"))).toBe("refused");
    const page = await pageAt("localhost");
    const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
    expect(frame && (await connect(frame))).toBe("refused");
    expect(await connect(page)).toBe("open");
    expect(await originsRefused()).toEqual([`http://evil.localhost:${port}`, "null"]);
  });
});
