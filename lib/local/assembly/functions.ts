// The Lambda functions: their code, their environment, and what their role may do.
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseStatements, type Statement } from "../iam/policy.ts";
import type { FunctionSpec, Invoker } from "./deployment.ts";
import type { Reading, Resolved } from "./reading.ts";
import { AssemblyError, isObject, type Json, objectAt, stringAt } from "./template.ts";

export function readFunctions(reading: Reading): readonly FunctionSpec[] {
  const statements = statementsByRole(reading);
  const roles = new Map(reading.ofType("AWS::IAM::Role").map((role) => [role.arn, role]));
  const invokers = reading.ofType("AWS::Lambda::Permission").map(({ logicalId, properties }) => ({
    target: stringAt(properties, "FunctionName", logicalId),
    invoker: toInvoker(properties, logicalId),
  }));

  return reading.ofType("AWS::Lambda::Function").map((resource) => {
    const { logicalId, name, arn, properties } = resource;
    const role = roles.get(stringAt(properties, "Role", logicalId));
    if (role === undefined) throw new AssemblyError(`${logicalId} has a role from outside the stack`);
    const variables = objectAt(objectAt(properties, "Environment"), "Variables");
    return {
      logicalId,
      label: labelOf(resource),
      name,
      arn,
      code: codeOf(resource, reading.template.directory),
      handler: stringAt(properties, "Handler", logicalId),
      timeoutSeconds: numberAt(properties["Timeout"], 3),
      memoryMb: numberAt(properties["MemorySize"], 128),
      environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      roleName: role.name,
      statements: statements.get(role.name) ?? [],
      invokers: invokers.filter(({ target }) => target === arn || target === name).map(({ invoker }) => invoker),
    };
  });
}

/** Inline policies of a role and policies attached to it. Writing logs is allowed to everybody here. */
function statementsByRole(reading: Reading): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>();
  const add = (role: string, document: Json, where: string) =>
    byRole.set(role, [...(byRole.get(role) ?? []), ...parseStatements(document, where)]);

  for (const { logicalId, name, properties } of reading.ofType("AWS::IAM::Role")) {
    for (const managed of listAt(properties["ManagedPolicyArns"])) {
      if (String(managed).endsWith(":policy/service-role/AWSLambdaBasicExecutionRole")) continue;
      throw new AssemblyError(`${logicalId}: the local cloud does not know the managed policy ${String(managed)}`);
    }
    for (const inline of listAt(properties["Policies"])) {
      add(name, isObject(inline) ? (inline["PolicyDocument"] ?? null) : null, logicalId);
    }
  }
  for (const { logicalId, properties } of reading.ofType("AWS::IAM::Policy")) {
    for (const role of listAt(properties["Roles"])) add(String(role), properties["PolicyDocument"] ?? null, logicalId);
  }
  return byRole;
}

function toInvoker(properties: Json, logicalId: string): Invoker {
  const principal = stringAt(properties, "Principal", logicalId);
  const source = isObject(properties) ? properties["SourceArn"] : undefined;
  return typeof source === "string" ? { principal, sourceArn: source } : { principal };
}

/** Where CDK says the code lies; a template without that hint cannot be run. */
function codeOf({ logicalId, metadata }: Resolved, directory: string): string {
  const path = stringAt(metadata, "aws:asset:path", `Metadata of ${logicalId}`);
  const folder = isAbsolute(path) ? path : join(directory, path);
  if (!existsSync(folder)) throw new AssemblyError(`${logicalId}: its code ${folder} is missing; synthesize again`);
  return folder;
}

/** `Stack/Sip/Functions/default/Function/Resource` is called `default`. */
function labelOf({ logicalId, metadata }: Resolved): string {
  const path = metadata["aws:cdk:path"];
  const ids = typeof path === "string" ? path.split("/") : [];
  return ids.findLast((id) => id !== "Resource" && id !== "Function") ?? logicalId;
}

/** A number that a template may also write as text. */
export function numberAt(value: Json | undefined, otherwise: number): number {
  return value === undefined ? otherwise : Number(value);
}

export function listAt(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
