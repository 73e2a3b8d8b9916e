// The calls of a rotation to Secrets Manager. They are made once a month, so the client is as the SDK makes it, but for the
// handler: the bundles contain one only.
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { requestHandler } from "./request-handler.ts";
import { readSecretOn, type ReadSecret } from "./secrets-manager.ts";

export interface SecretVersions {
  readonly read: ReadSecret;
  /** Undefined if there is no such version. */
  readVersion(secretId: string, version: string): Promise<string | undefined>;
  /** Adds a version that nothing uses before it is made current. */
  addPending(secretId: string, version: string, text: string): Promise<void>;
  currentVersion(secretId: string): Promise<string | undefined>;
  makeCurrent(secretId: string, version: string, instead: string | undefined): Promise<void>;
}

export function openSecretVersions(): SecretVersions {
  return secretVersionsOn(new SecretsManagerClient({ requestHandler }));
}

export function secretVersionsOn(client: SecretsManagerClient): SecretVersions {
  return {
    read: readSecretOn(client),
    async readVersion(SecretId, VersionId) {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId, VersionId }))).SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async addPending(SecretId, ClientRequestToken, SecretString) {
      const version = { SecretId, ClientRequestToken, SecretString, VersionStages: ["AWSPENDING"] };
      await client.send(new PutSecretValueCommand(version));
    },
    async currentVersion(SecretId) {
      const { VersionIdsToStages: versions = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      return Object.keys(versions).find((version) => versions[version]?.includes("AWSCURRENT"));
    },
    async makeCurrent(SecretId, MoveToVersionId, RemoveFromVersionId) {
      const move = { MoveToVersionId, RemoveFromVersionId };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage: "AWSCURRENT", ...move }));
    },
  };
}
