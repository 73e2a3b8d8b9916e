import { randomUUID } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { readSecretOn } from "../../../lib/aws/client/secrets-manager.ts";
import { secretVersionsOn } from "../../../lib/aws/client/secret-versions.ts";
import { rotate } from "../../../lib/aws/secrets-manager/rotation.ts";
import { signingKeys } from "../../../lib/aws/secrets-manager/signing-keys.ts";
import { parseSigningSecret, rotateSigningSecret } from "../../../lib/aws/secrets-manager/signing-secret.ts";
import { sign, verify } from "../../../lib/sip/tokens/signature.ts";
import { aCloud, closeClouds } from "../local/cloud.ts";

// The rotation of the signing secret, against Secrets Manager of the local cloud.

let client: SecretsManagerClient;
let SecretId: string;
let now: number;
beforeAll(async () => {
  const { region, credentials, endpoints, outputs } = await aCloud();
  client = new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager, maxAttempts: 1 });
  SecretId = outputs["SigningSecretArn"] ?? "";
  now = 1_800_000_000;
});
afterAll(async () => {
  client.destroy();
  await closeClouds();
});
beforeEach(() => void (now += 30 * 86_400));

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"];
const key = () => `key-${randomUUID()}`;
const value = async () => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "";
const take = (Step: string, ClientRequestToken: string) =>
  rotate(secretVersionsOn(client), { Step, SecretId, ClientRequestToken }, key, () => now);

async function rotateNow(): Promise<void> {
  const token = randomUUID();
  for (const step of steps) await take(step, token);
}

describe("a rotation", () => {
  test("makes a new key current and keeps the old one", async () => {
    const before = JSON.parse(await value());
    await rotateNow();
    expect(JSON.parse(await value())).toEqual({
      current: expect.stringMatching(/^key-/),
      previous: before.current,
      since: now,
    });
  });

  test("changes nothing before its last step, and each step may be repeated", async () => {
    const before = await value();
    const token = randomUUID();
    for (const step of steps.slice(0, -1)) {
      await take(step, token);
      await take(step, token);
      expect(await value()).toBe(before);
    }
    await take("finishSecret", token);
    const after = await value();
    expect(after).not.toBe(before);
    await take("finishSecret", token);
    expect(await value()).toBe(after);
  });

  test("within an hour of the last one fails and changes nothing: signatures of the previous key may be in use", async () => {
    await rotateNow();
    const before = await value();
    now += 600;
    await expect(rotateNow()).rejects.toThrow("less than an hour after the last rotation");
    expect(await value()).toBe(before);
  });

  test("knows four steps", async () => {
    await expect(take("dropSecret", randomUUID())).rejects.toThrow("no step of a rotation: dropSecret");
  });
});

test("through a rotation whatever one Lambda signs every other accepts, however long ago it read the secret", async () => {
  const start = now;
  const clock = () => now;
  const lambdas = Array.from({ length: 8 }, () => signingKeys(readSecretOn(client), SecretId, clock));
  const signed: string[] = [];
  for (let minute = -10; minute < 80; minute += 1) {
    now = start + minute * 60;
    if (minute === 0) await rotateNow();
    const awake = lambdas.filter((_keys, index) => (minute + index + 16) % 4 < 2); // so they read at different times
    const known = await Promise.all(awake.map((keys) => keys()));
    signed.push(...known.map((keys) => sign("branch", "x", keys)));
    const refused = known.filter((keys) => !signed.every((signature) => verify("branch", "x", signature, keys)));
    expect({ minute, refused: refused.length }).toEqual({ minute, refused: 0 });
  }
  expect(new Set(signed).size).toBe(2); // the old key, and in the end the new one
});

const by = (text: string) => sign("nonce", "x", parseSigningSecret(`{"current":"${text}"}`)(0));

test("the new key signs an hour after it came", () => {
  const secret = rotateSigningSecret('{"current":"old"}', "new", 1000);
  expect(sign("nonce", "x", parseSigningSecret(secret)(4599))).toBe(by("old"));
  expect(sign("nonce", "x", parseSigningSecret(secret)(4600))).toBe(by("new"));
});
