// What API Gateway lets through before any function is asked, per route: the bound that holds for all connections together,
// where those of `lib/sip/policy/rates.ts` hold for one execution environment.
import type { ThrottleSettings } from "aws-cdk-lib/aws-apigatewayv2";
import { Token } from "aws-cdk-lib/core";

/** Requests per second, and how many at once. What is left out is as in `defaultThrottle`. */
export interface Throttle extends ThrottleSettings {
  /** New connections; the numbers beside it are for messages. */
  readonly connect?: ThrottleSettings;
  /** Connections that end. What is held back here is found out later, when a message to them comes back. */
  readonly disconnect?: ThrottleSettings;
}

/** Both numbers of every route. */
export interface RouteThrottles {
  readonly message: Required<ThrottleSettings>;
  readonly connect: Required<ThrottleSettings>;
  readonly disconnect: Required<ThrottleSettings>;
}

/**
 * An account may take 10,000 requests a second in a Region, 5,000 of them at once, messages and posts of all its APIs
 * together, and 500 new connections. A message makes about one post: 4,000 leave the posts their share and something for
 * others. 200 connections a second leave the larger part for others, and bring 10,000 phones back within a minute. Ends
 * come in crowds when a network fails.
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
      return isFine ? [] : [`${where}.${name} is ${value}: nobody would get through. Set it to 1 or more.`];
    }),
  );
}
