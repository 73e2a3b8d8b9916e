// Reading a secret: once per five minutes and execution environment. The steps of a rotation are in a file of their own
// (`secret-versions.ts`), since only one function may take them.
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-secrets-manager";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { jsonRequest, objectIn } from "./json-rpc.ts";
import { type Dialect, lean, once } from "./lean.ts";
import { requestHandler } from "./request-handler.ts";
import { createRetries } from "./retries.ts";

/** Text of the current version of a secret. Rejects with the SDK's error. */
export type ReadSecret = (secretId: string) => Promise<string>;

const ATTEMPTS = 3;

export function openSecrets(config: SecretsManagerClientConfig = {}): ReadSecret {
  return readSecretOn(leanSecretsManager(config));
}

export function leanSecretsManager(config: SecretsManagerClientConfig = {}): SecretsManagerClient {
  const retries = createRetries(ATTEMPTS);
  const client = new SecretsManagerClient({ cacheMiddleware: true, requestHandler, retryStrategy: retries, ...config });
  const toWire = jsonRequest("secretsmanager", "1.1");
  const dialect: Dialect<ServiceInputTypes, ServiceOutputTypes> = {
    service: "secretsmanager",
    retries,
    endpoint: once(async () => (await getEndpointFromInstructions({}, GetSecretValueCommand, client.config)).url),
    write: (operation, input) => (operation === "GetSecretValue" ? toWire(operation, input) : undefined),
    read(answer, _input, $metadata) {
      const body = answer.status === 200 ? objectIn(answer) : undefined;
      return body && { $metadata, ...body };
    },
  };
  return lean<ServiceInputTypes, ServiceOutputTypes, SecretsManagerClient>(client, dialect);
}

export function readSecretOn(client: SecretsManagerClient): ReadSecret {
  return async (SecretId) => {
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
    return SecretString;
  };
}
