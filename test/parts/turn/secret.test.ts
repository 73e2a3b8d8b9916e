import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { readSecretOn } from "../../../lib/aws/client/secrets-manager.ts";
import { turnSecret } from "../../../lib/aws/secrets-manager/turn-secret.ts";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
import { aCloud, closeClouds } from "../local/cloud.ts";
import { aStack } from "../local/fixture-stack.ts";

// The secret shared with the TURN servers, against Secrets Manager of the local cloud.

let cloud: LocalCloud;
let client: SecretsManagerClient;
beforeAll(async () => {
  cloud = await aCloud({ assembly: aStack({ functions: {} }), secrets: { turn: "north\n", empty: "  " } });
  const { region, credentials, endpoints } = cloud;
  client = new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await closeClouds();
});
beforeEach(() => cloud.meter.reset());

const change = (SecretString: string) => client.send(new PutSecretValueCommand({ SecretId: "turn", SecretString }));
const reads = () => cloud.meter.calls.filter(({ action }) => action === "GetSecretValue").length;

test("is read once, and again after five minutes: a changed one is taken then", async () => {
  let now = 1_800_000_000;
  const secret = turnSecret(readSecretOn(client), "turn", () => now);
  const text = async () => (await secret()).export().toString();
  expect(await Promise.all([text(), text()])).toEqual(["north", "north"]); // without the file's line end
  await change("south");
  now += 240;
  expect([await text(), reads()]).toEqual(["north", 1]);
  now += 61;
  expect([await text(), reads()]).toEqual(["south", 2]);
});

test("one that could not be read is asked for again by the next message", async () => {
  const secret = turnSecret(readSecretOn(client), "empty", () => 1_800_000_000);
  const refused = /expected coturn's static-auth-secret/;
  await expect(secret()).rejects.toThrow(refused);
  await expect(secret()).rejects.toThrow(refused);
  expect(reads()).toBe(2);
});
