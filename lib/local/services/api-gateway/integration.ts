// The call to the function of a route, as API Gateway makes it: with a permission check, a deadline, and a check of the
// result.
import type { GatewayEvent } from "./events.ts";
import type { ApiSpec } from "./spec.ts";
import { isObject, type JsonObject, parseJson } from "../../json.ts";
import { matches } from "../../iam/policy.ts";
import type { LocalFunction } from "../../lambda/function.ts";
import { deferred } from "../../deferred.ts";
import type { Log } from "../../log.ts";

export interface Integrations {
  /** Result of a function as a proxy response; undefined if the integration failed in any way. */
  call(target: string, sourceArn: string, event: GatewayEvent): Promise<ProxyResponse | undefined>;
  /** The same without the check for a proxy response; undefined if it failed or returned no object. */
  callRaw(target: string, sourceArn: string, event: GatewayEvent): Promise<JsonObject | undefined>;
}

export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: JsonObject;
  readonly body?: string;
}

interface IntegrationOptions {
  readonly functions: readonly LocalFunction[];
  readonly timeoutMs: number;
  readonly log: Log;
}

export function createIntegrations({ functions, timeoutMs, log }: IntegrationOptions): Integrations {
  const byArn = new Map(functions.map((fn) => [fn.spec.arn, fn]));

  const callRaw: Integrations["callRaw"] = async (target, sourceArn, event) => {
    const fn = byArn.get(target);
    const mayInvoke = fn?.spec.invokers.some(({ principal, sourceArn: pattern }) => {
      return principal === "apigateway.amazonaws.com" && (pattern === undefined || matches(pattern, sourceArn));
    });
    if (fn === undefined || !mayInvoke) {
      log.write(
        "ERROR",
        "cloud",
        `API Gateway may not invoke ${fn?.spec.label ?? target} for ${sourceArn}: no Permission`,
      );
      return undefined;
    }
    const { promise: timedOut, resolve } = deferred<undefined>();
    const timeout = setTimeout(() => {
      log.write("ERROR", "cloud", `${fn.spec.label} took longer than the integration timeout of ${timeoutMs} ms`);
      resolve(undefined);
    }, timeoutMs);
    const outcome = await Promise.race([
      fn.invoke(event, "apigateway", { group: event.requestContext.connectionId }),
      timedOut,
    ]);
    clearTimeout(timeout);
    if (outcome?.kind !== "result") return undefined;
    const value = parseJson(outcome.payload);
    if (isObject(value)) return value;
    log.write("ERROR", "cloud", `${fn.spec.label} returned ${outcome.payload} instead of a response`);
    return undefined;
  };

  return {
    callRaw,
    call: async (target, sourceArn, event) => {
      const value = await callRaw(target, sourceArn, event);
      const response = value && toProxyResponse(value);
      if (value !== undefined && response === undefined) {
        log.write("ERROR", "cloud", `malformed Lambda proxy response: ${JSON.stringify(value).slice(0, 200)}`);
      }
      return response;
    },
  };
}

/** The source ARN of a route, which permissions are given for. */
export function routeArn(api: ApiSpec, routeKey: string): string {
  return `${api.arn}/${api.stage}/${routeKey}`;
}

function toProxyResponse({ statusCode, headers = {}, body = null }: JsonObject): ProxyResponse | undefined {
  if (typeof statusCode !== "number" || !Number.isInteger(statusCode)) return undefined;
  if (!isObject(headers) || (body !== null && typeof body !== "string")) return undefined;
  return { statusCode, headers, ...(body === null ? {} : { body }) };
}
