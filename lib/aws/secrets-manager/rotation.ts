// A rotation as Secrets Manager does it: it makes the Lambda take four steps, and may repeat any of them (Secrets Manager
// user guide, "rotation by Lambda function").
import { isDeepStrictEqual } from "node:util";
import type { SecretVersions } from "../client/secret-versions.ts";
import { parseSigningSecret, rotateSigningSecret } from "./signing-secret.ts";

export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  /** Id of the version that is to become current. */
  readonly ClientRequestToken: string;
}

/** @param createKey a new random key; `now` in epoch seconds */
export async function rotate(
  secrets: SecretVersions,
  { Step, SecretId, ClientRequestToken: pending }: RotationEvent,
  createKey: () => string,
  now: () => number,
): Promise<void> {
  switch (Step) {
    case "createSecret": {
      if ((await secrets.readVersion(SecretId, pending)) !== undefined) return;
      const next = rotateSigningSecret(await secrets.read(SecretId), createKey(), now());
      return secrets.addPending(SecretId, pending, next);
    }
    case "setSecret": // no other service holds a copy: the Lambdas read the secret
      return;
    case "testSecret": {
      const value = (await secrets.readVersion(SecretId, pending)) ?? "{}";
      const { current: signing } = parseSigningSecret(value)(now());
      const { current: signed } = parseSigningSecret(await secrets.read(SecretId))(now());
      if (!isDeepStrictEqual(signing.export(), signed.export())) {
        throw new Error("less than an hour after the last rotation, or more than one after this one began");
      }
      return;
    }
    case "finishSecret": {
      const current = await secrets.currentVersion(SecretId);
      if (current !== pending) await secrets.makeCurrent(SecretId, pending, current);
      return;
    }
    default:
      throw new TypeError(`no step of a rotation: ${Step}`);
  }
}
