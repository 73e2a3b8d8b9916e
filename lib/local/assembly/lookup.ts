// Names, ARNs and addresses in place of those that CloudFormation would assign. They are made of logical ids alone, so
// that a later run finds the tables that an earlier one kept on disk.
import type { Lookup } from "./intrinsics.ts";
import type { Addresses, Names, ResourceKinds, Scope } from "./resource-kind.ts";
import type { Resource, Template } from "./template.ts";

/** Answers for every resource of a template and for the pseudo parameters. */
export function createLookup(template: Template, addresses: Addresses, kinds: ResourceKinds): Lookup {
  const { region, account, stackName } = template;
  const arn: Scope["arn"] = (service, rest) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const scope: Scope = { region, account, addresses, arn };
  const namesOf = (resource: Resource): Names => {
    const name = physicalName(resource, stackName, kinds);
    return kinds[resource.type]?.names?.(resource, name, scope) ?? { ref: resource.logicalId, attributes: {} };
  };
  const named = new Map(template.resources.map((resource) => [resource.logicalId, namesOf(resource)]));
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::Region": region,
    "AWS::AccountId": account,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stackName,
    "AWS::StackId": arn("cloudformation", `stack/${stackName}/local`),
  };
  return (logicalId, attribute) => {
    if (attribute === undefined) return named.get(logicalId)?.ref ?? pseudo[logicalId];
    return named.get(logicalId)?.attributes[attribute];
  };
}

/** The explicit name where the template gives one, else stack and logical id. */
export function physicalName(resource: Resource, stackName: string, kinds: ResourceKinds): string {
  const property = kinds[resource.type]?.nameProperty;
  const given = property === undefined ? undefined : resource.properties[property];
  return typeof given === "string" ? given : `${stackName}-${resource.logicalId}`;
}
