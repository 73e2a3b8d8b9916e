// The WebSocket API of a template: one API, one stage, and the function behind each route.
import type { Reading, ResourceKinds } from "../../assembly/resource-kind.ts";
import { AssemblyError, stringAt } from "../../assembly/template.ts";
import { type JsonObject, listAt, objectAt, textAt } from "../../json.ts";

/** Id of the API. Names of API Gateway have ten characters. */
const apiId = "localcloud";

const apiHost = (region: string): string => `${apiId}.execute-api.${region}.amazonaws.com`;

export const apiResources: ResourceKinds = {
  "AWS::ApiGatewayV2::Api": {
    refused: ["Body", "BodyS3Location"],
    names: (_api, _name, { region }) => {
      return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: `wss://${apiHost(region)}` } };
    },
  },
  "AWS::ApiGatewayV2::Authorizer": {
    refused: ["JwtConfiguration"],
    names: ({ logicalId }) => ({ ref: logicalId, attributes: { AuthorizerId: logicalId } }),
  },
  "AWS::ApiGatewayV2::Integration": {
    refused: ["RequestTemplates", "RequestParameters", "TemplateSelectionExpression"],
  },
  "AWS::ApiGatewayV2::Route": { refused: ["RequestModels", "RequestParameters", "ModelSelectionExpression"] },
  "AWS::ApiGatewayV2::RouteResponse": { refused: ["ResponseModels", "ResponseParameters"] },
  "AWS::ApiGatewayV2::Stage": {
    refused: ["StageVariables"],
    names: ({ properties }) => ({ ref: textAt(properties, "StageName") ?? "", attributes: {} }),
  },
};

export interface ApiSpec {
  readonly id: string;
  readonly stage: string;
  readonly arn: string;
  /** Host name in the events of the API. */
  readonly domainName: string;
  readonly routes: Readonly<Record<string, RouteSpec>>;
}

export interface RouteSpec {
  /** ARN of the function behind it. */
  readonly target: string;
  /** The route has a RouteResponse: the body that the function returns goes to the sender. */
  readonly repliesByReturn: boolean;
  readonly authorizer?: AuthorizerSpec;
  /** Requests a second, and the burst; without it the limit of the account alone counts. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
}

export interface AuthorizerSpec {
  readonly id: string;
  readonly target: string;
  /** `route.request.header.X`, `route.request.querystring.X`; each must be present. */
  readonly identitySources: readonly string[];
}

export function readApi(stack: Reading): ApiSpec {
  const { region, account } = stack.template;
  const [api, ...others] = stack.ofType("AWS::ApiGatewayV2::Api");
  const [apiStage, ...otherStages] = stack.ofType("AWS::ApiGatewayV2::Stage");
  if (api === undefined || others.length || api.properties["ProtocolType"] !== "WEBSOCKET") {
    throw new AssemblyError("the local cloud runs stacks with exactly one WebSocket API");
  }
  if (apiStage === undefined || otherStages.length) throw new AssemblyError(`${api.logicalId} needs exactly one stage`);

  const routes = readRoutes(stack, apiStage.properties);
  for (const routeKey of Object.keys(objectAt(apiStage.properties, "RouteSettings"))) {
    if (!(routeKey in routes))
      throw new AssemblyError(`${apiStage.logicalId} has settings for the route ${routeKey}, which does not exist`);
  }
  return {
    id: apiId,
    stage: stringAt(apiStage.properties, "StageName", apiStage.logicalId),
    arn: `arn:aws:execute-api:${region}:${account}:${apiId}`,
    domainName: apiHost(region),
    routes,
  };
}

function readRoutes(stack: Reading, settings: JsonObject): Readonly<Record<string, RouteSpec>> {
  const targets = new Map(
    stack.ofType("AWS::ApiGatewayV2::Integration").map(({ logicalId, properties }) => {
      return [logicalId, functionIn(stringAt(properties, "IntegrationUri", logicalId), logicalId)];
    }),
  );
  const authorizers = new Map(
    stack.ofType("AWS::ApiGatewayV2::Authorizer").map(({ logicalId, properties }) => {
      return [logicalId, toAuthorizer(properties, logicalId)];
    }),
  );
  const answered = new Set(
    stack.ofType("AWS::ApiGatewayV2::RouteResponse").map(({ logicalId, properties }) => {
      return stringAt(properties, "RouteId", logicalId);
    }),
  );

  return Object.fromEntries(
    stack.ofType("AWS::ApiGatewayV2::Route").map(({ logicalId, properties }) => {
      const integration = stringAt(properties, "Target", logicalId).replace("integrations/", "");
      const target = targets.get(integration);
      if (target === undefined) throw new AssemblyError(`${logicalId} leads to ${integration}, which does not exist`);
      const authorizer = authorizerOf(properties, authorizers, logicalId);
      const repliesByReturn = answered.has(logicalId) && properties["RouteResponseSelectionExpression"] === "$default";
      const routeKey = stringAt(properties, "RouteKey", logicalId);
      const throttle = throttleOf(settings, routeKey);
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

/** Settings of the route override the defaults of the stage, number by number. */
function throttleOf(stage: JsonObject, routeKey: string): RouteSpec["throttle"] {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = {
    ...objectAt(stage, "DefaultRouteSettings"),
    ...objectAt(objectAt(stage, "RouteSettings"), routeKey),
  };
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: Number(rate ?? burst), burst: Number(burst ?? rate) };
}
