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
  for (const resource of template.resources) check(resource);

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

/** Nothing may be left out in silence: what runs here would then differ from what is deployed. */
function check({ logicalId, type, properties, isConditional }: Resource): void {
  if (withoutEffect.has(type)) return;
  const withEffect = known[type];
  if (withEffect === undefined) {
    throw new AssemblyError(`${logicalId} is a ${type}, which the local cloud does not run (lib/local/assembly)`);
  }
  if (isConditional) throw new AssemblyError(`${logicalId} has a Condition, which the local cloud does not evaluate`);
  const missing = withEffect.find((property) => property in properties);
  if (missing !== undefined)
    throw new AssemblyError(`${logicalId}: the local cloud does not know ${missing} of ${type}`);
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

/** What is run here, each with the properties that would make a difference and are not done. */
const known: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGatewayV2::Api": ["Body", "BodyS3Location"],
  "AWS::ApiGatewayV2::Authorizer": ["JwtConfiguration"],
  "AWS::ApiGatewayV2::Integration": ["RequestTemplates", "RequestParameters", "TemplateSelectionExpression"],
  "AWS::ApiGatewayV2::Route": ["RequestModels", "RequestParameters", "ModelSelectionExpression"],
  "AWS::ApiGatewayV2::RouteResponse": ["ResponseModels", "ResponseParameters"],
  "AWS::ApiGatewayV2::Stage": ["StageVariables"],
  "AWS::DynamoDB::GlobalTable": ["StreamSpecification"],
  "AWS::DynamoDB::Table": ["StreamSpecification"],
  "AWS::IAM::Policy": [],
  "AWS::IAM::Role": ["PermissionsBoundary"],
  "AWS::Lambda::EventSourceMapping": ["FilterCriteria", "ScalingConfig"],
  "AWS::Lambda::Function": ["FileSystemConfigs", "Layers", "VpcConfig", "ReservedConcurrentExecutions"],
  "AWS::Lambda::Permission": [],
  "AWS::SecretsManager::RotationSchedule": ["HostedRotationLambda"],
  "AWS::SecretsManager::Secret": ["KmsKeyId", "ReplicaRegions"],
  "AWS::SQS::Queue": ["KmsMasterKeyId"],
  "AWS::SQS::QueuePolicy": [],
};

/** They watch a deployment, describe it or act after days; a call goes the same way without them. */
const withoutEffect = new Set([
  "AWS::ApiGateway::Account",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
]);
