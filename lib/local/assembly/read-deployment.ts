// From template to deployment. A kind of resource that is not in one of the two lists below stops the start.
import { isObject, type Json, textAt } from "../json.ts";
import { readApi } from "./api.ts";
import type { Deployment } from "./deployment.ts";
import { readFunctions } from "./functions.ts";
import { createResolver, type Resolver } from "./intrinsics.ts";
import { type Addresses, apiHost, createLookup, physicalName } from "./names.ts";
import { readEventSources, readQueues } from "./queues.ts";
import type { Reading, Resolved } from "./reading.ts";
import { readSecrets } from "./secrets.ts";
import { readTables } from "./tables.ts";
import { AssemblyError, type Resource, type Template } from "./template.ts";

/** Describes a template. Throws {@link AssemblyError} with the name of the resource it cannot run. */
export function readDeployment(template: Template, addresses: Addresses): Deployment {
  for (const { logicalId, type } of template.resources) {
    if (known.has(type) || withoutEffect.has(type)) continue;
    throw new AssemblyError(`${logicalId} is a ${type}, which the local cloud does not run (lib/local/assembly)`);
  }

  const lookup = createLookup(template, addresses);
  const host = apiHost(template.region);
  const inReach = (text: string) =>
    text.replaceAll(`https://${host}`, addresses.aws).replaceAll(`wss://${host}`, addresses.gateway);
  const resolve = withText(createResolver(lookup), inReach);

  const toResolved = (resource: Resource): Resolved => {
    const properties = resolve(resource.properties, resource.logicalId);
    const arn = lookup(resource.logicalId, "Arn") ?? lookup(resource.logicalId) ?? resource.logicalId;
    const name = physicalName(resource, template.stackName);
    return { ...resource, properties: isObject(properties) ? properties : {}, name, arn };
  };
  const reading: Reading = {
    template,
    resolve,
    ofType: (...types) => template.resources.filter(({ type }) => types.includes(type)).map(toResolved),
  };
  const outputs = Object.entries(template.outputs).map(([key, output]) => {
    const resolved = resolve(output, `output ${key}`);
    return [key, textAt(resolved, "Value") ?? ""] as const;
  });

  return {
    stackName: template.stackName,
    region: template.region,
    account: template.account,
    functions: readFunctions(reading),
    api: readApi(reading),
    tables: readTables(reading),
    queues: readQueues(reading),
    eventSources: readEventSources(reading),
    secrets: readSecrets(reading),
    outputs: Object.fromEntries(outputs),
  };
}

/** Applies `change` to every text a resolver yields. */
function withText(resolver: Resolver, change: (text: string) => string): Resolver {
  const visit = (value: Json): Json => {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return value.map((item: Json) => visit(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
  };
  return (value, where) => visit(resolver(value, where));
}

const known = new Set([
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::RouteResponse",
  "AWS::ApiGatewayV2::Stage",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::SecretsManager::Secret",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
]);

/** They watch a deployment or describe it; a call goes the same way without them. */
const withoutEffect = new Set([
  "AWS::ApiGateway::Account",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
]);
