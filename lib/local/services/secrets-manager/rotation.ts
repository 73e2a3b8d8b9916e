// A rotation on request: four events to the function that the schedule of the secret names.
import { randomUUID } from "node:crypto";
import type { SecretSpec } from "./spec.ts";
import { ServiceError } from "../service.ts";
import { matches } from "../../iam/policy.ts";
import type { LocalFunction } from "../../lambda/function.ts";

/** Takes all steps and returns the id of the new version. Rejects with {@link ServiceError} at the first that fails. */
export type Rotate = (secret: SecretSpec) => Promise<string>;

/** AWS answers at once and rotates in the background; here the answer follows the last step. */
export function createRotate(functions: readonly LocalFunction[]): Rotate {
  return async ({ arn, logicalId, rotatedBy }) => {
    const fn = functions.find(({ spec }) => spec.arn === rotatedBy);
    const mayInvoke = fn?.spec.invokers.some(({ principal, sourceArn: pattern }) => {
      return principal === "secretsmanager.amazonaws.com" && (pattern === undefined || matches(pattern, arn));
    });
    if (fn === undefined) throw failed(`${logicalId} has no RotationSchedule`);
    if (!mayInvoke) throw failed(`Secrets Manager may not invoke ${fn.spec.label}: no Permission`);
    const ClientRequestToken = randomUUID();
    for (const Step of steps) {
      const outcome = await fn.invoke({ Step, SecretId: arn, ClientRequestToken }, "secretsmanager");
      if (outcome.kind === "failure") throw failed(`${fn.spec.label} failed at ${Step}`);
    }
    return ClientRequestToken;
  };
}

const steps = ["createSecret", "setSecret", "testSecret", "finishSecret"];

const failed = (message: string): ServiceError => new ServiceError("InvalidRequestException", message);
