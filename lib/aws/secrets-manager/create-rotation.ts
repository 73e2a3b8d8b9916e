// The composition of the rotation on AWS.
import { randomBytes } from "node:crypto";
import { now } from "../clock.ts";
import { openSecretVersions } from "../client/secret-versions.ts";
import { rotate, type RotationEvent } from "./rotation.ts";

/** 256 bits, as text because the secret is JSON. */
const createKey = (): string => randomBytes(32).toString("base64url");

export function createRotation(): (event: RotationEvent) => Promise<void> {
  const secrets = openSecretVersions();
  return (event) => rotate(secrets, event, createKey, now);
}
