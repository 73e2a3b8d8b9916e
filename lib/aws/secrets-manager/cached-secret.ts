// What a secret says, read once per execution environment and again after five minutes.
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const LIFETIME_SECONDS = 300;

/**
 * Gives what `parse` makes of the text. Rejects with what Secrets Manager or `parse` throws; that is not kept.
 * @param now epoch seconds
 */
export function cachedSecret<Value>(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
  parse: (text: string) => Value,
): () => Promise<Value> {
  let read: Promise<Value> | undefined;
  let readAt = 0;
  return () => {
    if (read === undefined || now() - readAt > LIFETIME_SECONDS) {
      readAt = now();
      read = readSecret(client, secretId)
        .then(parse)
        .catch((error: unknown) => {
          read = undefined; // the next message asks again
          throw error;
        });
    }
    return read;
  };
}

async function readSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return SecretString;
}
