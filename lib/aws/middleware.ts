// What every Lambda has in common: a failure is logged with its stack, and the door says what the caller gets instead.
import type { MiddlewareObj } from "@middy/core";
import { bareError } from "./bare-error.ts";
import { log } from "./log.ts";

/**
 * The last resort of a Lambda. API Gateway answers a failed WebSocket integration with JSON, which is not SIP, so a door
 * that has `otherwise` returns that; a door without it fails, is counted as failed, and a queue brings its event again.
 */
export function observed<Event, Result>(
  door: string,
  otherwise?: (event: Event, error: unknown) => Result,
): MiddlewareObj<Event, Result> {
  return {
    onError: (request) => {
      log.error(`${door} failed`, { error: request.error });
      if (otherwise !== undefined) request.response = otherwise(request.event, request.error);
      // Lambda's runtime logs what is thrown too, with every property it has.
      else if (request.error instanceof Error) request.error = bareError(request.error);
    },
  };
}
