// The Lambda functions: their code, their environment, and what their role may do.
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Json, type JsonObject, listAt, numberAt, objectAt, textAt } from "../json.ts";
import { parseStatements, type Statement } from "../iam/policy.ts";
import type { FunctionSpec, Invoker } from "./deployment.ts";
import type { Reading, Resolved } from "./reading.ts";
import { AssemblyError, stringAt } from "./template.ts";

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
    return {
      logicalId,
      label: labelOf(resource),
      name,
      arn,
      code: codeOf(resource, reading.template.directory),
      handler: stringAt(properties, "Handler", logicalId),
      timeoutSeconds: numberAt(properties, "Timeout", 3),
      memoryMb: numberAt(properties, "MemorySize", 128),
      environment: variablesIn(objectAt(properties, "Environment")),
      roleName: role.name,
      statements: statements.get(role.name) ?? [],
      invokers: invokers.filter(({ target }) => target === arn || target === name).map(({ invoker }) => invoker),
    };
  });
}

function variablesIn(environment: JsonObject): Readonly<Record<string, string>> {
  const variables = objectAt(environment, "Variables");
  return Object.fromEntries(Object.keys(variables).map((key) => [key, textAt(variables, key) ?? ""]));
}

/** Inline policies of a role and policies attached to it. Writing logs is allowed to everybody here. */
function statementsByRole(reading: Reading): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>();
  const add = (role: string, document: Json, where: string) =>
    byRole.set(role, [...(byRole.get(role) ?? []), ...parseStatements(document, where)]);

  for (const { logicalId, name, properties } of reading.ofType("AWS::IAM::Role")) {
    for (const managed of listAt(properties, "ManagedPolicyArns")) {
      if (managed === basicExecution) continue;
      throw new AssemblyError(`${logicalId}: the local cloud does not know the policy ${JSON.stringify(managed)}`);
    }
    for (const inline of listAt(properties, "Policies")) add(name, objectAt(inline, "PolicyDocument"), logicalId);
  }
  for (const { logicalId, properties } of reading.ofType("AWS::IAM::Policy")) {
    for (const role of listAt(properties, "Roles")) {
      if (typeof role === "string") add(role, objectAt(properties, "PolicyDocument"), logicalId);
    }
  }
  return byRole;
}

function toInvoker(properties: Json, logicalId: string): Invoker {
  const principal = stringAt(properties, "Principal", logicalId);
  const source = textAt(properties, "SourceArn");
  return source !== undefined ? { principal, sourceArn: source } : { principal };
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
  const ids = textAt(metadata, "aws:cdk:path")?.split("/") ?? [];
  return ids.findLast((id) => id !== "Resource" && id !== "Function") ?? logicalId;
}

/** Lets a function write its logs, which needs nobody's permission here. */
const basicExecution = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
