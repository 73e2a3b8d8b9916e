import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPushPort, type WebPush } from "../../../../lib/aws/web-push/send-push.ts";
import { vapidKeysOf } from "../../../../lib/aws/web-push/vapid-keys.ts";
import type { PushPort } from "../../../../lib/signaling/ports.ts";
import type { Push } from "../../../../lib/sip/effect.ts";
import type { PushAddress } from "../../../../lib/sip/state/push-address.ts";
import { openPushService, type PushService } from "./push-service.ts";

const webPush: WebPush = createRequire(import.meta.url)("web-push");
const keys = vapidKeysOf("a generated secret");

let service: PushService;
let port: PushPort;
beforeAll(async () => {
  service = await openPushService();
  port = createPushPort({
    webPush: () => webPush,
    keys: () => Promise.resolve(keys),
    subject: "mailto:ops@example.com",
    agent: service.agent,
  });
});
afterAll(() => service.close());

const notice = JSON.stringify({ web_push: 8030, notification: { title: "Zoë", navigate: "https://phone.example/" } });

function aPush(address: PushAddress = service.subscribe(), more: Partial<Push> = {}): Push {
  const to = { flow: "", aor: "sip:bob@example.com", instance: "urn:uuid:b" };
  const branch = { context: "c", index: 0 };
  return {
    kind: "push",
    to,
    address,
    why: "call",
    notice,
    topic: "t".repeat(32),
    ttlSeconds: 32,
    branch,
    attempt: 1,
    ...more,
  };
}

describe("a push", () => {
  test("arrives encrypted, with a VAPID token of the deployment's key (RFC 8291, RFC 8292)", async () => {
    const push = aPush();
    expect(await port.send(push)).toBe("delivered");
    const last = service.received.at(-1);
    expect(last?.content).toBe(notice);
    expect(last?.headers).toMatchObject({
      ttl: "32",
      urgency: "high",
      topic: "t".repeat(32),
      "content-encoding": "aes128gcm",
    });
    expect(last?.claims).toMatchObject({
      aud: service.origin,
      sub: "mailto:ops@example.com",
      k: await port.publicKey(),
    });
  });

  test("without the keys of the subscription has no content", async () => {
    const { provider, prid } = service.subscribe();
    expect(await port.send(aPush({ provider, prid }))).toBe("delivered");
    expect(service.received.at(-1)?.headers["content-length"]).toBe("0");
  });

  test("of the longest content is one record of 4096 octets, which every push service takes", async () => {
    expect(await port.send(aPush(service.subscribe(), { notice: "x".repeat(3993) }))).toBe("delivered");
    expect(service.received.at(-1)?.headers["content-length"]).toBe("4096");
  });

  test.each([
    [404, {}, "gone"],
    [410, {}, "gone"],
    [429, { "Retry-After": "7" }, { retryAfterSeconds: 7 }],
    [429, {}, { retryAfterSeconds: 3 }],
    [503, { "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT" }, { retryAfterSeconds: 3 }],
    [500, {}, { retryAfterSeconds: 3 }],
    [400, {}, "failed"],
    [403, {}, "failed"],
    [413, {}, "failed"],
    [302, { Location: "https://elsewhere.example/" }, "failed"],
  ] as const)("answered with %i %j is %j", async (status, headers, failure) => {
    service.answer({ status, headers });
    expect(await port.send(aPush())).toEqual(failure);
  });

  test("to a service that cannot be reached is tried again", async () => {
    const closed = await openPushService();
    const address = closed.subscribe();
    await closed.close();
    expect(await port.send(aPush(address))).toEqual({ retryAfterSeconds: 3 });
  });

  test("to a URL that cannot be requested fails, with keys and without", async () => {
    const prid = `${service.subscribe().prid}\u4e2d`;
    expect(await port.send(aPush({ provider: "webpush", prid }))).toBe("failed");
    expect(await port.send(aPush({ ...service.subscribe(), prid }))).toBe("failed");
  });

  test("for keys that are not a point of the curve fails", async () => {
    const { prid } = service.subscribe();
    const param = `B${"a".repeat(86)}.${"b".repeat(22)}`;
    expect(await port.send(aPush({ provider: "webpush", prid, param }))).toBe("failed");
  });
});

test("the VAPID keys are those of the secret, always the same, and others for another secret", () => {
  expect(vapidKeysOf("a generated secret")).toEqual(keys);
  expect(vapidKeysOf("another secret").publicKey).not.toBe(keys.publicKey);
  expect(Buffer.from(keys.publicKey, "base64url")).toHaveLength(65);
  expect(Buffer.from(keys.privateKey, "base64url")).toHaveLength(32);
});
