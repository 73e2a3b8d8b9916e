import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPhone } from "../../../lib/phone/serve.ts";

const subscribers = [{ user: "alice", password: "alice" }];
let server: Server;
let root: string;

beforeAll(async () => {
  server = createServer(createPhone({ ws: "wss://sip.example.com/sip", domain: "example.com", subscribers }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  root = `http://127.0.0.1:${typeof address === "object" && address ? address.port : ""}`;
});
afterAll(async () => {
  server.close();
  await once(server, "close");
});

test.each([
  ["/", "text/html; charset=utf-8", "<!doctype html>"],
  ["/?user=alice&auto=1", "text/html; charset=utf-8", "<!doctype html>"],
  ["/phone.js", "text/javascript; charset=utf-8", ""],
  ["/wake.js", "text/javascript; charset=utf-8", ""],
  ["/phone.css", "text/css; charset=utf-8", ""],
  ["/icon.svg", "image/svg+xml", "<svg"],
])("%s is served as %s", async (path, type, begin) => {
  const response = await fetch(root + path);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
  const text = await response.text();
  expect(text.startsWith(begin)).toBe(true);
  expect(Number(response.headers.get("content-length"))).toBe(Buffer.byteLength(text));
});

test("the page's configuration has the URL to connect to and the users that one click signs in", async () => {
  const response = await fetch(`${root}/config.json`);
  expect(await response.json()).toEqual({ ws: "wss://sip.example.com/sip", domain: "example.com", subscribers });
});

test("all files together are 200 KB at most as gzip, with the SIP library", async () => {
  const paths = ["/", "/phone.js", "/wake.js", "/phone.css", "/icon.svg", "/config.json"];
  const files = await Promise.all(paths.map(async (path) => (await fetch(root + path)).bytes()));
  expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThanOrEqual(200_000);
});

test("a browser asks each time whether a file has changed, and gets no body if it has not", async () => {
  const first = await fetch(`${root}/phone.js`);
  const tag = first.headers.get("etag") ?? "";
  expect([first.headers.get("cache-control"), tag]).toEqual(["no-cache", expect.stringMatching(/^"[\w-]{43}"$/)]);
  const again = await fetch(`${root}/phone.js`, { headers: { "If-None-Match": tag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const other = await fetch(`${root}/phone.css`, { headers: { "If-None-Match": tag } });
  expect([other.status, other.headers.get("etag")]).toEqual([200, expect.not.stringContaining(tag)]);
});

test("the page may run only its own scripts, connect only to its own WebSocket, and be framed by no page", async () => {
  const policy = (await fetch(root)).headers.get("content-security-policy")?.split("; ");
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self' wss://sip.example.com",
      "frame-ancestors 'none'",
    ]),
  );
  expect(policy?.join("; ")).not.toMatch(/unsafe|nonce|sha\d|data:|\*/);
});

test.each(["/other", "/phone.ts", "/../package.json", "/constructor"])("%s is not found", async (path) => {
  expect((await fetch(root + path)).status).toBe(404);
});

test("HEAD gets the headers only, and a POST is refused", async () => {
  const head = await fetch(root, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect((await fetch(root, { method: "POST" })).status).toBe(405);
});
