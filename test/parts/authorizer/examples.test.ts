import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { UA } from "jssip";
import { createSubscribers, type RoutingPolicy } from "../../../lib/subscribers.ts";
import { connect } from "../../../examples/login/page.ts";
import { aGuardedService, DOMAIN, type GuardedService } from "./service.ts";

// The code of docs/login.md, with the local issuer and the local cloud.

let service: GuardedService;
let phone: UA | undefined;

beforeAll(async () => {
  service = await aGuardedService();
  const { region, credentials, endpoints, outputs } = service.cloud;
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    SIGNING_SECRET_ARN: outputs["SigningSecretArn"],
    SUBSCRIBERS_TABLE: outputs["SubscribersTable"],
  });
});
afterAll(async () => {
  if (phone !== undefined) {
    const stopped = once(phone, "disconnected");
    phone.stop();
    await stopped;
  }
  await service.close();
});

describe("the page", () => {
  test("signs in with a token alone, and takes a fresh one for each connection", async () => {
    let fetched = 0;
    phone = await connect(service.cloud.ws, "alice", DOMAIN, () => {
      fetched += 1;
      return service.issuer.token("alice");
    });
    expect([phone.isRegistered(), fetched]).toEqual([true, 1]);
    const again = once(phone, "registered");
    for (const { id } of service.cloud.gateway.connections()) service.cloud.gateway.drop(id);
    await again;
    expect(fetched).toBe(2);
  });

  test("rejects a token that is not of this issuer", async () => {
    await expect(connect(service.cloud.ws, "alice", DOMAIN, async () => "a.b.c")).rejects.toThrow("no connection");
  });
});

test("a ticket of the backend opens a connection", async () => {
  const { ticketFor } = await import("../../../examples/login/tickets.ts");
  const bob = await service.phoneWithTicket("bob", await ticketFor("bob"));
  expect((await bob.register()).status).toBe(200);
  await bob.close();
});

test("the sign-up adds accounts and policies, which can be listed and removed", async () => {
  const { signUp, openHotline } = await import("../../../examples/login/sign-up.ts");
  const subscribers = createSubscribers({ table: process.env["SUBSCRIBERS_TABLE"] ?? "" });
  expect((await signUp("carol")).length).toBeGreaterThan(30);
  await openHotline(["carol"]);
  expect(await subscribers.get("sip:carol@example.com")).toEqual({
    address: "sip:carol@example.com",
    hasPassword: true,
    policy: {},
  });
  const listed = new Map<string, RoutingPolicy>();
  for await (const { address, policy } of subscribers.list()) listed.set(address, policy);
  expect([...listed.keys()].toSorted((one, other) => one.localeCompare(other))).toEqual([
    "sip:carol@example.com",
    "sip:hotline@example.com",
  ]);
  expect(listed.get("sip:hotline@example.com")).toEqual({
    group: ["sip:carol@example.com"],
    ringSeconds: 30,
    forwarding: { noAnswer: "sip:voicemail@example.com" },
  });
  await subscribers.remove("sip:carol@example.com");
  expect(await subscribers.get("sip:carol@example.com")).toBeUndefined();
});

test.each(["carol", "sip:example.com", "tel:+49301234", ""])("the address %j is refused", async (address) => {
  const subscribers = createSubscribers({ table: "unused" });
  await expect(subscribers.put(address, "secret")).rejects.toThrow(/write sip:user@domain/);
});
