// Whether a connection opens: the authorizer decides, then `$connect`; the upgrade waits for both.
import type { IncomingMessage } from "node:http";
import type { ApiSpec, AuthorizerSpec } from "./spec.ts";

import { isObject, type Json, textAt } from "../../json.ts";
import { isAllowed, parseStatements } from "../../iam/policy.ts";
import { authorizerEvent, connectEvent, type ConnectionFacts, type GatewayEvent } from "./events.ts";
import { type Integrations, routeArn } from "./integration.ts";

export type UpgradeDecision =
  | { readonly kind: "accepted"; readonly facts: ConnectionFacts; readonly subprotocol?: string }
  | { readonly kind: "refused"; readonly status: number; readonly requestId?: string };

/** Decides about one upgrade request. */
export async function decideUpgrade(
  api: ApiSpec,
  request: IncomingMessage,
  arrival: ConnectionFacts,
  integrations: Integrations,
): Promise<UpgradeDecision> {
  const route = api.routes["$connect"];
  if (route === undefined) return { kind: "accepted", facts: arrival };

  const authorized = route.authorizer
    ? await authorize(api, route.authorizer, request, arrival, integrations)
    : { kind: "accepted" as const, facts: arrival };
  if (authorized.kind === "refused") return authorized;

  const event = connectEvent(api, authorized.facts, request);
  const { requestId } = event.requestContext;
  const response = await integrations.call(route.target, routeArn(api, "$connect"), event);
  if (response === undefined) return { kind: "refused", status: 502, requestId };
  if (response.statusCode < 200 || response.statusCode > 299) {
    return { kind: "refused", status: response.statusCode, requestId };
  }
  const chosen = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "sec-websocket-protocol");
  return { ...authorized, ...(typeof chosen?.[1] === "string" ? { subprotocol: chosen[1] } : {}) };
}

/** A missing identity source is 401 without an invocation. The context of the authorizer is part of every later event. */
async function authorize(
  api: ApiSpec,
  authorizer: AuthorizerSpec,
  request: IncomingMessage,
  facts: ConnectionFacts,
  integrations: Integrations,
): Promise<UpgradeDecision> {
  if (!authorizer.identitySources.every((source) => isPresent(source, request)))
    return { kind: "refused", status: 401 };

  const event: GatewayEvent = authorizerEvent(api, facts, request);
  const source = `${api.arn}/authorizers/${authorizer.id}`;
  const answer = await integrations.callRaw(authorizer.target, source, event);
  if (answer === undefined) return { kind: "refused", status: 500 };
  if (Buffer.byteLength(JSON.stringify(answer)) > MAX_RESULT_BYTES) return { kind: "refused", status: 500 };

  const statements = parseStatements(answer["policyDocument"] ?? null, "the authorizer's answer");
  const arn = routeArn(api, "$connect");
  if (!isAllowed(statements, "execute-api:Invoke", arn)) return { kind: "refused", status: 403 };

  const context = scalars(answer["context"] ?? null);
  if (context === undefined) return { kind: "refused", status: 500 };
  const principalId = textAt(answer, "principalId") ?? "";
  return { kind: "accepted", facts: { ...facts, authorizer: { principalId, integrationLatency: 0, ...context } } };
}

/** `route.request.header.X` or `route.request.querystring.X`, not empty. */
function isPresent(source: string, request: IncomingMessage): boolean {
  const [, kind, name = ""] = /^route\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === "header") return Boolean(request.headers[name.toLowerCase()]);
  return Boolean(new URLSearchParams(request.url?.split("?", 2)[1]).get(name));
}

/** Strings, numbers and booleans; with any other value the gateway refuses the result. */
function scalars(context: Json): Record<string, string | number | boolean> | undefined {
  const found: Record<string, string | number | boolean> = {};
  if (context === null) return found;
  if (!isObject(context)) return undefined;
  for (const [name, value] of Object.entries(context)) {
    if (value === null || typeof value === "object") return undefined;
    found[name] = value;
  }
  return found;
}

const MAX_RESULT_BYTES = 8192;
