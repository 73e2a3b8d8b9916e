// Whether a failure means overload: the phone then gets 503 with Retry-After instead of 500.
import { ContentionError, UnprocessedKeysError } from "../errors.ts";

/**
 * Names of the errors by which AWS services refuse for want of capacity (DynamoDB, SQS, Secrets Manager: "common errors"
 * of each), after the SDK has tried several times.
 */
const THROTTLED: ReadonlySet<string> = new Set([
  "LimitExceededException",
  "OverLimit",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

export function isOverload(error: unknown): boolean {
  if (error instanceof ContentionError || error instanceof UnprocessedKeysError) return true;
  return error instanceof Error && THROTTLED.has(error.name);
}
