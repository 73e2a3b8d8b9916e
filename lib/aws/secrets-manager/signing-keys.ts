// The keys that flow tokens, branches and nonces are signed with. Read once per execution environment and again after
// five minutes, so that a rotation reaches all of them while the old key still verifies.
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SigningKeys } from "../../sip/transport/signature.ts";
import { parseSigningSecret } from "./signing-secret.ts";

const LIFETIME_SECONDS = 300;

export function signingKeys(
  client: SecretsManagerClient,
  secretId: string,
  now: () => number,
): () => Promise<SigningKeys> {
  let read: Promise<SigningKeys> | undefined;
  let readAt = 0;
  return () => {
    if (read === undefined || now() - readAt > LIFETIME_SECONDS) {
      readAt = now();
      read = readKeys(client, secretId).catch((error: unknown) => {
        read = undefined; // the next message asks again
        throw error;
      });
    }
    return read;
  };
}

async function readKeys(client: SecretsManagerClient, secretId: string): Promise<SigningKeys> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return parseSigningSecret(SecretString);
}
