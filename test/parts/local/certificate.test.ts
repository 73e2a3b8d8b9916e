import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import { certificateFor } from "../../../lib/local/command/certificate.ts";
import { aCloudOf, closeClouds } from "./cloud.ts";

const folder = mkdtempSync(join(tmpdir(), "certificate-"));
afterAll(async () => {
  await closeClouds();
  rmSync(folder, { recursive: true, force: true });
});

test("a certificate names this machine and the given addresses, and lasts less than 398 days", async () => {
  const { cert } = await certificateFor(["192.0.2.7"]);
  const certificate = new X509Certificate(cert);
  expect(["127.0.0.1", "192.0.2.7", "192.0.2.8"].map((address) => certificate.checkIP(address))).toEqual([
    "127.0.0.1",
    "192.0.2.7",
    undefined,
  ]);
  expect(certificate.checkHost("localhost")).toBe("localhost");
  const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(200);
  expect(days).toBeLessThan(398);
});

test("a folder keeps the certificate, until an address is missing in it", async () => {
  const first = await certificateFor(["192.0.2.7"], folder);
  expect(await certificateFor(["192.0.2.7"], folder)).toEqual(first);
  expect(await certificateFor(["192.0.2.9"], folder)).not.toEqual(first);
});

test("a cloud with a certificate serves https and wss on the given host", async () => {
  const tls = await certificateFor([]);
  const code = "export const handler = () => ({ statusCode: 200, body: 'hello' });";
  const page = (_request: unknown, response: { end(text: string): void }) => response.end("page");
  const cloud = await aCloudOf({ functions: { default: { code } } }, { tls, host: "0.0.0.0", page });
  expect(cloud.ws).toMatch(/^wss:\/\/127\.0\.0\.1:\d+\/test$/);
  const body = await new Promise((resolve, reject) => {
    request(cloud.http, { ca: tls.cert }, (response) => response.on("data", (data: Buffer) => resolve(String(data))))
      .on("error", reject)
      .end();
  });
  expect(body).toBe("page");
  const webSocket = new WebSocket(cloud.ws, { ca: tls.cert });
  const reply = await new Promise((resolve, reject) => {
    webSocket.on("open", () => webSocket.send("x")).on("message", (data: Buffer) => resolve(data.toString("utf8")));
    webSocket.on("error", reject);
  });
  webSocket.terminate();
  expect(reply).toBe("hello");
});
