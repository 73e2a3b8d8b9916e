// Roles and policies of a template, as statements by role.
import type { ResourceKinds, Reading } from "../assembly/resource-kind.ts";
import { AssemblyError } from "../assembly/template.ts";
import { type Json, listAt, objectAt } from "../json.ts";
import { parseStatements, type Statement } from "./policy.ts";

export const roleResources: ResourceKinds = {
  "AWS::IAM::Policy": {},
  "AWS::IAM::Role": {
    refused: ["PermissionsBoundary"],
    nameProperty: "RoleName",
    names: (_role, name, { account }) => ({ ref: name, attributes: { Arn: `arn:aws:iam::${account}:role/${name}` } }),
  },
};

/** Statements by role name, of inline policies and of attached ones. */
export function statementsByRole(stack: Reading): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>();
  const add = (role: string, document: Json, where: string) =>
    byRole.set(role, [...(byRole.get(role) ?? []), ...parseStatements(document, where)]);

  for (const { logicalId, name, properties } of stack.ofType("AWS::IAM::Role")) {
    for (const managed of listAt(properties, "ManagedPolicyArns")) {
      if (managed === basicExecution) continue;
      throw new AssemblyError(`${logicalId}: the local cloud does not know the policy ${JSON.stringify(managed)}`);
    }
    for (const inline of listAt(properties, "Policies")) add(name, objectAt(inline, "PolicyDocument"), logicalId);
  }
  for (const { logicalId, properties } of stack.ofType("AWS::IAM::Policy")) {
    for (const role of listAt(properties, "Roles")) {
      if (typeof role === "string") add(role, objectAt(properties, "PolicyDocument"), logicalId);
    }
  }
  return byRole;
}

/** Allows a function to write its logs, which needs no permission here. */
const basicExecution = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
