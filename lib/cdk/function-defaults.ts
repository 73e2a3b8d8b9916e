// Time and memory of the functions.
import { Duration } from "aws-cdk-lib/core";

/**
 * All below API Gateway's 29 s. A phone waits for `connect` and `default`; the retry of a failed timer waits six times
 * as long as `timers` may take. `authorize` may ask the issuer three times, two seconds each.
 */
export const timeouts = {
  authorize: Duration.seconds(8),
  connect: Duration.seconds(3),
  default: Duration.seconds(10),
  disconnect: Duration.seconds(10),
  record: Duration.seconds(30),
  rotate: Duration.seconds(10),
  timers: Duration.seconds(5),
  widget: Duration.seconds(28),
} as const;

/** An HTTP endpoint may take 20 s for its answer; API Gateway waits 29 s for the function that asks it. */
const WITH_HTTP_CALLEES = Duration.seconds(28);

export function timeoutsFor({ httpCallees }: { readonly httpCallees?: object }): Timeouts {
  return httpCallees === undefined ? timeouts : { ...timeouts, default: WITH_HTTP_CALLEES, timers: WITH_HTTP_CALLEES };
}

export type Timeouts = Readonly<Record<keyof typeof timeouts, Duration>>;

export type FunctionName = keyof typeof timeouts;

/**
 * Memory buys CPU: 512 MB have a third of a core. `default`, `timers` and `authorize` are bound by CPU and a user waits
 * for them; `connect` makes one call at most, and no client waits for `disconnect`, `record` and `rotate`. `widget`
 * parses thousands of lines while an operator waits.
 */
export const megabytes = {
  authorize: 512,
  connect: 256,
  default: 512,
  disconnect: 256,
  record: 256,
  rotate: 256,
  timers: 512,
  widget: 512,
} as const satisfies Record<FunctionName, number>;
