// The answer of a function to a failure: none, 503 with Retry-After for an overload, or 500.
import { AnsweredError, ContentionError, UnprocessedKeysError } from "../errors.ts";

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

/** The phone has its answer, or gets it from a timer. */
export function isAnswered(error: unknown): boolean {
  return error instanceof AnsweredError;
}

export function isOverload(error: unknown): boolean {
  if (error instanceof ContentionError || error instanceof UnprocessedKeysError) return true;
  return error instanceof Error && THROTTLED.has(error.name);
}
