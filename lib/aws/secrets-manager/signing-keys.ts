// The keys that flow tokens, branches, nonces and tickets are signed with. Read once per execution environment and again
// after five minutes, so that a rotation reaches all of them long before its key signs anything.
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SigningKeys } from "../../sip/transport/signature.ts";
import { parseSigningSecret } from "./signing-secret.ts";

const LIFETIME_SECONDS = 300;

export function signingKeys(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
): () => Promise<SigningKeys> {
  let read: Promise<(now: number) => SigningKeys> | undefined;
  let readAt = 0;
  return async () => {
    if (read === undefined || now() - readAt > LIFETIME_SECONDS) {
      readAt = now();
      read = readKeys(client, secretId).catch((error: unknown) => {
        read = undefined; // the next message asks again
        throw error;
      });
    }
    return (await read)(now());
  };
}

async function readKeys(client: SecretsManagerClient, secretId: string): Promise<(now: number) => SigningKeys> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return parseSigningSecret(SecretString);
}
