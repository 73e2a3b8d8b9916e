// Shared by all functions: the clock that the clients' retries keep to, the log of a failure with its stack, and the
// result that replaces it.
import type { MiddlewareObj } from "@middy/core";
import { bareError } from "./bare-error.ts";
import { beginInvocation } from "./client/invocation.ts";
import { log } from "./log.ts";

/**
 * The last resort of a function. API Gateway answers a failed WebSocket integration with JSON, which is not SIP, so a
 * function with `otherwise` returns that. One without it fails, is counted as failed, and a queue delivers its event again.
 */
export function observed<Event, Result>(
  name: string,
  otherwise?: (event: Event, error: unknown) => Result,
): MiddlewareObj<Event, Result> {
  return {
    before: ({ context }) => beginInvocation(context),
    onError: (request) => {
      log.error(`${name} failed`, { error: request.error });
      if (otherwise !== undefined) request.response = otherwise(request.event, request.error);
      // Lambda's runtime logs what is thrown too, with every property it has.
      else if (request.error instanceof Error) request.error = bareError(request.error);
    },
  };
}
