// From template to deployment. A resource of a type that is neither emulated nor without effect stops the start.
import { functionResources, type FunctionSpec, readFunctions } from "../lambda/spec.ts";
import { roleResources } from "../iam/spec.ts";
import { isObject, type Json, textAt } from "../json.ts";
import { createResolver, type Resolver } from "./intrinsics.ts";
import { createLookup, physicalName } from "./lookup.ts";
import type { Addresses, Reading, Resolved, ResourceKinds } from "./resource-kind.ts";
import { AssemblyError, type Resource, type Template } from "./template.ts";

export interface Deployment {
  /** The template with every reference resolved; each service reads its own resources from it. */
  readonly stack: Reading;
  readonly functions: readonly FunctionSpec[];
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Describes a template. Throws {@link AssemblyError} with the name of the resource it cannot run.
 * @param services resource types of the emulated services
 */
export function readDeployment(template: Template, addresses: Addresses, services: ResourceKinds): Deployment {
  const kinds = { ...services, ...functionResources, ...roleResources };
  for (const resource of template.resources) check(resource, kinds);

  const lookup = createLookup(template, addresses, kinds);
  // The template computes the host of its API (CALLBACK_URL, outputs), and that host does not exist on this machine.
  const host = String.raw`://[a-z0-9]+\.execute-api\.${template.region}\.amazonaws\.com`;
  const [https, wss] = [new RegExp(`https${host}`, "g"), new RegExp(`wss${host}`, "g")];
  const local = (text: string) => text.replaceAll(https, addresses.aws).replaceAll(wss, addresses.gateway);
  const resolve = withText(createResolver(lookup), local);

  const toResolved = (resource: Resource): Resolved => {
    const properties = resolve(resource.properties, resource.logicalId);
    const arn = lookup(resource.logicalId, "Arn") ?? lookup(resource.logicalId) ?? resource.logicalId;
    const name = physicalName(resource, template.stackName, kinds);
    return { ...resource, properties: isObject(properties) ? properties : {}, name, arn };
  };
  const stack: Reading = {
    template,
    resolve,
    ofType: (...types) => template.resources.filter(({ type }) => types.includes(type)).map(toResolved),
  };
  const outputs = Object.entries(template.outputs).map(([key, output]) => {
    const resolved = resolve(output, `output ${key}`);
    return [key, textAt(resolved, "Value") ?? ""] as const;
  });
  return { stack, functions: readFunctions(stack), outputs: Object.fromEntries(outputs) };
}

/** Refuses whatever would run differently here than in a deployment. */
function check({ logicalId, type, properties, isConditional }: Resource, kinds: ResourceKinds): void {
  if (withoutEffect.has(type)) return;
  const kind = kinds[type];
  if (kind === undefined) {
    throw new AssemblyError(`${logicalId} is a ${type}, which the local cloud does not run (lib/local/services)`);
  }
  if (isConditional) throw new AssemblyError(`${logicalId} has a Condition, which the local cloud does not evaluate`);
  const refused = kind.refused?.find((property) => property in properties);
  if (refused === undefined) return;
  throw new AssemblyError(`${logicalId}: the local cloud does not know ${refused} of ${type}`);
}

/** Applies `change` to every text that a resolver yields. */
function withText(resolver: Resolver, change: (text: string) => string): Resolver {
  const visit = (value: Json): Json => {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return value.map((item: Json) => visit(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
  };
  return (value, where) => visit(resolver(value, where));
}

/** Types that watch or describe a deployment, or act after days: a call runs the same without them. */
const withoutEffect = new Set([
  "AWS::ApiGateway::Account",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
]);
