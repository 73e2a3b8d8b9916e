import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LocalCloud } from "../../lib/local/local-cloud.ts";
import { aCloud, closeClouds } from "./cloud.ts";
import { aStack } from "./fixture-stack.ts";

afterAll(closeClouds);

const secret = (properties: object) => ({ Type: "AWS::SecretsManager::Secret", Properties: properties });
const stack = {
  functions: {},
  resources: {
    Plain: secret({ GenerateSecretString: { PasswordLength: 20, ExcludePunctuation: true, ExcludeNumbers: true } }),
    Json: secret({
      Name: "signing",
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"x"}',
        GenerateStringKey: "current",
        ExcludeCharacters: "abc",
      },
    }),
    Given: secret({ SecretString: "known" }),
  },
};

function get({ region, credentials, endpoints }: LocalCloud, SecretId: string) {
  const client = new SecretsManagerClient({ region, credentials, endpoint: endpoints.secretsmanager, maxAttempts: 1 });
  return client.send(new GetSecretValueCommand({ SecretId }));
}

const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

describe("GetSecretValue", () => {
  test("a generated text honours length and excluded characters", async () => {
    const cloud = await aCloud({ assembly: aStack(stack) });
    const { SecretString, ARN, VersionStages } = await get(cloud, `${arn}Fixture-Plain-local0`);
    expect(SecretString).toMatch(/^[A-Za-z]{20}$/);
    expect({ ARN, VersionStages }).toEqual({ ARN: `${arn}Fixture-Plain-local0`, VersionStages: ["AWSCURRENT"] });
  });

  test("a generated key is put into the template", async () => {
    const cloud = await aCloud({ assembly: aStack(stack) });
    const { SecretString = "" } = await get(cloud, "signing");
    const value: Record<string, string> = JSON.parse(SecretString);
    expect(Object.keys(value)).toEqual(["user", "current"]);
    expect(value["current"]).toMatch(/^[^abc]{32}$/);
  });

  test("a given value is that value; what is not there is ResourceNotFoundException", async () => {
    const cloud = await aCloud({ assembly: aStack(stack) });
    expect((await get(cloud, "Fixture-Given")).SecretString).toBe("known");
    await expect(get(cloud, "nothing")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("a generated value is kept in the data folder, and new without one", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "local-data-"));
    const values = [];
    for (const more of [{ dataDir }, { dataDir }, {}]) {
      const cloud = await aCloud({ assembly: aStack(stack), ...more });
      values.push((await get(cloud, "signing")).SecretString);
      await cloud.close();
    }
    expect(values[1]).toBe(values[0]);
    expect(values[2]).not.toBe(values[0]);
    rmSync(dataDir, { recursive: true });
  });
});
