// The composition of the rotation on AWS.
import { randomBytes } from "node:crypto";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { rotate, type RotationEvent } from "./rotation.ts";

/** 256 bits, as text because the secret is JSON. */
const createKey = (): string => randomBytes(32).toString("base64url");
const now = (): number => Math.floor(Date.now() / 1000);

export function createRotation(): (event: RotationEvent) => Promise<void> {
  const client = new SecretsManagerClient();
  return (event) => rotate(client, event, createKey, now);
}
