// The WebSocket API: one API, one stage, its routes with what stands behind them.
import { type JsonObject, listAt, objectAt, textAt } from "../json.ts";
import type { ApiSpec, AuthorizerSpec, RouteSpec } from "./deployment.ts";
import { apiHost, apiId } from "./names.ts";
import type { Reading } from "./reading.ts";
import { AssemblyError, stringAt } from "./template.ts";

export function readApi(reading: Reading): ApiSpec {
  const { region, account } = reading.template;
  const [api, ...others] = reading.ofType("AWS::ApiGatewayV2::Api");
  const [stage, ...otherStages] = reading.ofType("AWS::ApiGatewayV2::Stage");
  if (api === undefined || others.length || api.properties["ProtocolType"] !== "WEBSOCKET") {
    throw new AssemblyError("the local cloud runs stacks with exactly one WebSocket API");
  }
  if (stage === undefined || otherStages.length) throw new AssemblyError(`${api.logicalId} needs exactly one stage`);

  const routes = readRoutes(reading, stage.properties);
  for (const routeKey of Object.keys(objectAt(stage.properties, "RouteSettings"))) {
    if (!(routeKey in routes))
      throw new AssemblyError(`${stage.logicalId} has settings for ${routeKey}, which is no route`);
  }
  return {
    id: apiId,
    stage: stringAt(stage.properties, "StageName", stage.logicalId),
    arn: `arn:aws:execute-api:${region}:${account}:${apiId}`,
    domainName: apiHost(region),
    routes,
  };
}

function readRoutes(reading: Reading, stage: JsonObject): Readonly<Record<string, RouteSpec>> {
  const targets = new Map(
    reading.ofType("AWS::ApiGatewayV2::Integration").map(({ logicalId, properties }) => {
      return [logicalId, functionIn(stringAt(properties, "IntegrationUri", logicalId), logicalId)];
    }),
  );
  const authorizers = new Map(
    reading.ofType("AWS::ApiGatewayV2::Authorizer").map(({ logicalId, properties }) => {
      return [logicalId, toAuthorizer(properties, logicalId)];
    }),
  );
  const answered = new Set(
    reading.ofType("AWS::ApiGatewayV2::RouteResponse").map(({ logicalId, properties }) => {
      return stringAt(properties, "RouteId", logicalId);
    }),
  );

  return Object.fromEntries(
    reading.ofType("AWS::ApiGatewayV2::Route").map(({ logicalId, properties }) => {
      const integration = stringAt(properties, "Target", logicalId).replace("integrations/", "");
      const target = targets.get(integration);
      if (target === undefined) throw new AssemblyError(`${logicalId} leads to ${integration}, which is not there`);
      const authorizer = authorizerOf(properties, authorizers, logicalId);
      const repliesByReturn = answered.has(logicalId) && properties["RouteResponseSelectionExpression"] === "$default";
      const routeKey = stringAt(properties, "RouteKey", logicalId);
      const throttle = throttleOf(stage, routeKey);
      return [routeKey, { target, repliesByReturn, ...(authorizer && { authorizer }), ...(throttle && { throttle }) }];
    }),
  );
}

function authorizerOf(
  properties: JsonObject,
  authorizers: ReadonlyMap<string, AuthorizerSpec>,
  logicalId: string,
): AuthorizerSpec | undefined {
  const type = textAt(properties, "AuthorizationType") ?? "NONE";
  if (type === "NONE") return undefined;
  const found = type === "CUSTOM" ? authorizers.get(stringAt(properties, "AuthorizerId", logicalId)) : undefined;
  if (found === undefined) throw new AssemblyError(`${logicalId}: the local cloud cannot do ${type} authorization`);
  return found;
}

function toAuthorizer(properties: JsonObject, logicalId: string): AuthorizerSpec {
  return {
    id: logicalId,
    target: functionIn(stringAt(properties, "AuthorizerUri", logicalId), logicalId),
    identitySources: listAt(properties, "IdentitySource").filter((source) => typeof source === "string"),
  };
}

/** `arn:…:apigateway:…:lambda:path/2015-03-31/functions/<ARN of the function>/invocations` */
function functionIn(uri: string, logicalId: string): string {
  const arn = /\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
  if (arn === undefined) throw new AssemblyError(`${logicalId} leads to ${uri}, which is not a Lambda function`);
  return arn;
}

/** A route's own settings go before the stage's, each number for itself. */
function throttleOf(stage: JsonObject, routeKey: string): RouteSpec["throttle"] {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = {
    ...objectAt(stage, "DefaultRouteSettings"),
    ...objectAt(objectAt(stage, "RouteSettings"), routeKey),
  };
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: Number(rate ?? burst), burst: Number(burst ?? rate) };
}
