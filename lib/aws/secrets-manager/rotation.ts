// A rotation as Secrets Manager does it: it makes the Lambda take four steps, and may repeat any of them (Secrets Manager
// user guide, "rotation by Lambda function").
import { isDeepStrictEqual } from "node:util";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { parseSigningSecret, rotateSigningSecret } from "./signing-secret.ts";

export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  /** Id of the version that is to become current. */
  readonly ClientRequestToken: string;
}

/** @param createKey a new random key; `now` in epoch seconds */
export async function rotate(
  client: SecretsManagerClient,
  { Step, SecretId, ClientRequestToken: pending }: RotationEvent,
  createKey: () => string,
  now: () => number,
): Promise<void> {
  switch (Step) {
    case "createSecret": {
      if ((await readVersion(client, SecretId, pending)) !== undefined) return;
      const SecretString = rotateSigningSecret(await readCurrent(client, SecretId), createKey(), now());
      const version = { SecretId, ClientRequestToken: pending, SecretString, VersionStages: ["AWSPENDING"] };
      await client.send(new PutSecretValueCommand(version));
      return;
    }
    case "setSecret": // there is nobody to tell: our Lambdas read it
      return;
    case "testSecret": {
      const value = (await readVersion(client, SecretId, pending)) ?? "{}";
      const { current: signing } = parseSigningSecret(value)(now());
      const { current: signed } = parseSigningSecret(await readCurrent(client, SecretId))(now());
      if (!isDeepStrictEqual(signing.export(), signed.export())) {
        throw new Error("less than an hour after the last rotation, or more than one after this one began");
      }
      return;
    }
    case "finishSecret": {
      const { VersionIdsToStages: versions = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      const current = Object.keys(versions).find((version) => versions[version]?.includes("AWSCURRENT"));
      if (current === pending) return;
      const move = { MoveToVersionId: pending, RemoveFromVersionId: current };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: "AWSCURRENT", ...move }));
      return;
    }
    default:
      throw new TypeError(`no step of a rotation: ${Step}`);
  }
}

async function readCurrent(client: SecretsManagerClient, SecretId: string): Promise<string> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
  return SecretString;
}

/** Undefined while there is none. */
async function readVersion(client: SecretsManagerClient, SecretId: string, VersionId: string) {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId, VersionId }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
