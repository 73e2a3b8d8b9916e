import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloud, closeClouds } from "../../parts/local/cloud.ts";
import { anAssembly } from "../../support/assembly.ts";
import { connectPhone, type SocketPhone } from "../../support/phone/socket.ts";

// `cdk deploy` without options: the exposure to the internet.

let cloud: LocalCloud;
let domain: string;
beforeAll(async () => {
  cloud = await aCloud({ assembly: await anAssembly() });
  domain = cloud.outputs["Domain"] ?? "";
});
afterAll(closeClouds);

async function statusOf(url: string, origin?: string): Promise<number> {
  const socket = new WebSocket(url, ["sip"], origin === undefined ? {} : { headers: { Origin: origin } });
  const opened = once(socket, "open").then(() => 101);
  const refused = once(socket, "unexpected-response").then(([, response]) => Number(response.statusCode));
  const status = await Promise.race([opened, refused]);
  socket.on("error", () => undefined).terminate();
  return status;
}

describe("a fresh deployment with no options", () => {
  test.each(["https://phone.example.com", "https://evil.example", "http://localhost:8080", "null"])(
    "refuses a page of the unknown origin %s with 403, with the reason in its log alone",
    async (origin) => {
      expect(await statusOf(cloud.ws, origin)).toBe(403);
      await cloud.settled();
      const line = cloud.logs.findLast(({ text }) => text.startsWith("{"));
      expect(JSON.parse(line?.text ?? "{}")).toMatchObject({
        message: "page may not connect",
        origin,
        source: "127.0.0.1",
      });
    },
  );

  describe("of a client that is not a browser", () => {
    let stranger: SocketPhone;
    beforeAll(async () => {
      stranger = await connectPhone(cloud.ws, { user: "stranger", domain, password: "x" });
    });

    test.each(["INVITE", "MESSAGE", "SUBSCRIBE", "REFER"])("refuses an anonymous %s with 407", async (method) => {
      await stranger.request(method, `sip:alice@${domain}`);
      expect((await stranger.takeFinal(method)).status).toBe(407);
    });

    test("refuses an anonymous REGISTER with 401", async () => {
      await stranger.request("REGISTER", `sip:${domain}`, { to: stranger.aor });
      expect((await stranger.takeFinal("REGISTER")).status).toBe(401);
    });

    test("relays nothing to a domain that is not its own: 403 or 407, never a try", async () => {
      await stranger.request("INVITE", "sip:+49900123456@pstn.example");
      expect([403, 407]).toContain((await stranger.takeFinal("INVITE")).status);
    });

    test("stores nothing of all that", async () => {
      await cloud.settled();
      expect(cloud.meter.calls.filter(({ service, action }) => service === "dynamodb" && action === "PutItem")).toEqual(
        [],
      );
    });
  });
});

describe("a deployment for pages of this machine lets in", () => {
  test.each(["localhost:8080", "localhost:49152", "127.0.0.1:3000", "[::1]:3000", "localhost"])(
    "a page of http://%s, and none that only looks like it",
    async (host) => {
      const { ws } = (pages ??= await aCloud());
      expect(await statusOf(ws, `http://${host}`)).toBe(101);
      expect(await statusOf(ws, `https://${host}`)).toBe(101);
      expect(await statusOf(ws, `http://${host.replace(/:\d+$/, "")}.evil.example`)).toBe(403);
    },
  );
  let pages: LocalCloud | undefined;
});
