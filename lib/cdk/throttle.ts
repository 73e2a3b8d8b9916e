// Rates that API Gateway admits per route, before a function is invoked. They bound all connections together; those of
// `lib/sip/policy/rates.ts` bound one execution environment.
import type { ThrottleSettings } from "aws-cdk-lib/aws-apigatewayv2";
import { Token } from "aws-cdk-lib/core";

/** Messages per second (`rateLimit`) and at once (`burstLimit`); a number that is left out is that of `defaultThrottle`. */
export interface Throttle extends ThrottleSettings {
  /**
   * New connections.
   * @default { rateLimit: 200, burstLimit: 400 }
   * @example { rateLimit: 10, burstLimit: 20 }
   */
  readonly connect?: ThrottleSettings;
  /**
   * Ended connections. An end that is refused here is noticed by the next message to that connection.
   * @default { rateLimit: 1000, burstLimit: 2000 }
   * @example { rateLimit: 100, burstLimit: 200 }
   */
  readonly disconnect?: ThrottleSettings;
}

/** Both numbers of every route. */
export interface RouteThrottles {
  readonly message: Required<ThrottleSettings>;
  readonly connect: Required<ThrottleSettings>;
  readonly disconnect: Required<ThrottleSettings>;
}

/**
 * An account has 10,000 requests a second in a Region, 5,000 of them at once, for messages and posts of all its APIs,
 * and 500 new connections. A message causes about one post: 4,000 leave capacity for the posts and for other APIs. With
 * 200 connections a second 10,000 phones are back within a minute. Many connections end at once when a network fails.
 */
export const defaultThrottle: RouteThrottles = {
  message: { rateLimit: 4000, burstLimit: 2000 },
  connect: { rateLimit: 200, burstLimit: 400 },
  disconnect: { rateLimit: 1000, burstLimit: 2000 },
};

export function routeThrottles({ connect, disconnect, ...message }: Throttle = {}): RouteThrottles {
  return {
    message: { ...defaultThrottle.message, ...message },
    connect: { ...defaultThrottle.connect, ...connect },
    disconnect: { ...defaultThrottle.disconnect, ...disconnect },
  };
}

export function throttleProblems(throttle: Throttle | undefined): string[] {
  return Object.entries(routeThrottles(throttle)).flatMap(([route, { rateLimit, burstLimit }]) =>
    [["rateLimit", rateLimit] as const, ["burstLimit", burstLimit] as const].flatMap(([name, value]) => {
      const isFine = Token.isUnresolved(value) || (value >= 1 && (name === "rateLimit" || Number.isInteger(value)));
      const where = route === "message" ? "throttle" : `throttle.${route}`;
      return isFine ? [] : [`${where}.${name} is ${value}: every client would be refused. Set it to 1 or more.`];
    }),
  );
}
