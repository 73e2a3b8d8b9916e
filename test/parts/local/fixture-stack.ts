// A cloud assembly of a few lines, as `cdk synth` would write it, with handlers written in the test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface FixtureFunction {
  /** Source of the ES module; must export `handler`. */
  readonly code: string;
  readonly timeoutSeconds?: number;
  readonly logging?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, unknown>>;
  /** `[action, resource]` pairs of its role. */
  readonly allows?: readonly (readonly [action: string, resource: unknown, condition?: object])[];
  /** More statements, as they stand in a policy. */
  readonly statements?: readonly object[];
  /** Without it API Gateway may invoke everything. */
  readonly withoutPermission?: boolean;
}

export interface FixtureStack {
  readonly functions: Readonly<Record<string, FixtureFunction>>;
  /** Route key to function; default: those of the functions called `connect`, `disconnect` and `default`. */
  readonly routes?: Readonly<Record<string, string>>;
  /** `$default` has a RouteResponse (default). */
  readonly replies?: boolean;
  readonly authorizer?: { readonly fn: string; readonly identitySources: readonly string[] };
  /** Any further resource, by logical id. */
  readonly resources?: Readonly<Record<string, object>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Handlers import from the project's node_modules, so the folders lie inside the project. */
const home = fileURLToPath(new URL("../../../.local/", import.meta.url));

/** Writes the assembly; returns its folder. */
export function aStack(stack: FixtureStack): string {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(join(home, "fixture-"));
  written.push(folder);
  for (const [name, { code }] of Object.entries(stack.functions)) {
    mkdirSync(join(folder, `asset.${name}`));
    writeFileSync(join(folder, `asset.${name}`, "index.mjs"), code);
  }
  const artifact = { type: "aws:cloudformation:stack", environment: "aws://unknown-account/unknown-region" };
  const properties = { templateFile: "Fixture.template.json" };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ artifacts: { Fixture: { ...artifact, properties } } }));
  writeFileSync(join(folder, "Fixture.template.json"), JSON.stringify(templateOf(stack)));
  return folder;
}

const written: string[] = [];

/** Removes what {@link aStack} has written in this file. */
export function removeStacks(): void {
  for (const folder of written.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** ARN of a function in a template. */
const arnOf = (fn: string) => ({ "Fn::GetAtt": [`${fn}Function`, "Arn"] });

function templateOf(stack: FixtureStack): object {
  const names = Object.keys(stack.functions);
  const usual = { $connect: "connect", $disconnect: "disconnect", $default: "default" };
  const routes = stack.routes ?? Object.fromEntries(Object.entries(usual).filter(([, fn]) => names.includes(fn)));
  return {
    Resources: {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "WEBSOCKET", Name: "Fixture" } },
      Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" }, StageName: "test" } },
      ...Object.assign({}, ...Object.entries(stack.functions).map(([name, fn]) => functionResources(name, fn))),
      ...Object.assign({}, ...Object.entries(routes).map(([key, fn]) => routeResources(key, fn, stack))),
      ...(stack.authorizer && authorizerResources(stack.authorizer)),
      ...stack.resources,
    },
    Outputs: Object.fromEntries(Object.entries(stack.outputs ?? {}).map(([key, Value]) => [key, { Value }])),
  };
}

function functionResources(name: string, fn: FixtureFunction): object {
  const allowed = (fn.allows ?? []).map(([Action, Resource, Condition]) => ({
    Effect: "Allow",
    Action,
    Resource,
    Condition,
  }));
  const callback = { "Fn::Join": ["", ["https://", { Ref: "Api" }, ".execute-api.us-east-1.amazonaws.com/test"]] };
  return {
    [`${name}Role`]: { Type: "AWS::IAM::Role", Properties: {} },
    [`${name}Policy`]: {
      Type: "AWS::IAM::Policy",
      Properties: {
        PolicyDocument: { Statement: [...allowed, ...(fn.statements ?? [])] },
        Roles: [{ Ref: `${name}Role` }],
      },
    },
    [`${name}Function`]: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Role: { "Fn::GetAtt": [`${name}Role`, "Arn"] },
        Handler: "index.handler",
        Timeout: fn.timeoutSeconds ?? 3,
        MemorySize: 128,
        ...(fn.logging && { LoggingConfig: fn.logging }),
        Environment: { Variables: { CALLBACK_URL: callback, ...fn.environment } },
      },
      Metadata: { "aws:asset:path": `asset.${name}`, "aws:cdk:path": `Fixture/${name}/Resource` },
    },
    ...(fn.withoutPermission
      ? {}
      : {
          [`${name}Permission`]: {
            Type: "AWS::Lambda::Permission",
            Properties: {
              Principal: "apigateway.amazonaws.com",
              FunctionName: arnOf(name),
              SourceArn: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*" },
            },
          },
        }),
  };
}

function routeResources(key: string, fn: string, { replies = true, authorizer }: FixtureStack): object {
  const id = key.replace("$", "route");
  const answers = key === "$default" && replies;
  const guarded = key === "$connect" && authorizer !== undefined;
  return {
    [`${id}Integration`]: { Type: "AWS::ApiGatewayV2::Integration", Properties: { IntegrationUri: uriOf(fn) } },
    [id]: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        RouteKey: key,
        Target: { "Fn::Join": ["/", ["integrations", { Ref: `${id}Integration` }]] },
        ...(answers && { RouteResponseSelectionExpression: "$default" }),
        ...(guarded && { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } }),
      },
    },
    ...(answers && {
      [`${id}Response`]: {
        Type: "AWS::ApiGatewayV2::RouteResponse",
        Properties: { RouteId: { Ref: id }, RouteResponseKey: "$default" },
      },
    }),
  };
}

function authorizerResources({ fn, identitySources }: NonNullable<FixtureStack["authorizer"]>): object {
  return {
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: { AuthorizerType: "REQUEST", AuthorizerUri: uriOf(fn), IdentitySource: identitySources },
    },
  };
}

function uriOf(fn: string): object {
  const before = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/";
  return { "Fn::Join": ["", [before, arnOf(fn), "/invocations"]] };
}
