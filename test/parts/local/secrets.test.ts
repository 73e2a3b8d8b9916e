import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { LocalCloud } from "../../../lib/local/local-cloud.ts";
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

  test("a given value is returned; a missing secret is ResourceNotFoundException", async () => {
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

describe("RotateSecret", () => {
  const steps = `
    export const handler = async ({ Step, SecretId, ClientRequestToken }) => {
      console.info(Step, SecretId, ClientRequestToken);
      if (Step === process.env.BREAKS) throw new Error("as asked");
    };`;
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      Principal: "secretsmanager.amazonaws.com",
      FunctionName: { Ref: "turnFunction" },
    },
  };
  const schedule = {
    Type: "AWS::SecretsManager::RotationSchedule",
    Properties: { SecretId: { Ref: "Plain" }, RotationLambdaARN: { "Fn::GetAtt": ["turnFunction", "Arn"] } },
  };

  async function rotate(resources: object, breaks = ""): Promise<{ id: string | undefined; told: readonly string[] }> {
    const turn = { code: steps, environment: { BREAKS: breaks }, withoutPermission: true };
    const cloud = await aCloud({
      assembly: aStack({ functions: { turn }, resources: { ...stack.resources, ...resources } }),
    });
    const { region, credentials, endpoints, logs } = cloud;
    const client = new SecretsManagerClient({
      region,
      credentials,
      endpoint: endpoints.secretsmanager,
      maxAttempts: 1,
    });
    const { VersionId: id } = await client.send(new RotateSecretCommand({ SecretId: "Fixture-Plain" }));
    return {
      id,
      told: logs.filter(({ level, source }) => level === "INFO" && source === "turn").map(({ text }) => text),
    };
  }

  test("takes the function of the schedule through the four steps, with one token for all", async () => {
    const { id, told } = await rotate({ permission, schedule });
    const names = ["createSecret", "setSecret", "testSecret", "finishSecret"];
    expect(told).toEqual(names.map((step) => `${step} ${arn}Fixture-Plain-local0 ${id}`));
  });

  test("ends with the first step that fails", async () => {
    await expect(rotate({ permission, schedule }, "testSecret")).rejects.toThrow("turn failed at testSecret");
  });

  test("needs a schedule, and a Permission for Secrets Manager", async () => {
    await expect(rotate({ permission })).rejects.toThrow("Plain has no RotationSchedule");
    await expect(rotate({ schedule })).rejects.toThrow("Secrets Manager may not invoke turn: no Permission");
  });
});
