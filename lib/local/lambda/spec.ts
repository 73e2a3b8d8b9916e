// The Lambda functions of a template: code, environment, permissions, and the queues that invoke them.
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Reading, Resolved, ResourceKinds } from "../assembly/resource-kind.ts";
import { AssemblyError, stringAt } from "../assembly/template.ts";
import type { Statement } from "../iam/policy.ts";
import { statementsByRole } from "../iam/spec.ts";
import { type Json, type JsonObject, listAt, numberAt, objectAt, textAt } from "../json.ts";
import { type Logging, loggingOf } from "./logging.ts";

export const functionResources: ResourceKinds = {
  "AWS::Lambda::EventSourceMapping": { refused: ["FilterCriteria", "ScalingConfig"] },
  "AWS::Lambda::Function": {
    refused: ["FileSystemConfigs", "Layers", "VpcConfig", "ReservedConcurrentExecutions"],
    nameProperty: "FunctionName",
    names: (_fn, name, { arn }) => ({ ref: name, attributes: { Arn: arn("lambda", `function:${name}`) } }),
  },
  "AWS::Lambda::Permission": {},
  "AWS::Logs::LogGroup": {
    nameProperty: "LogGroupName",
    names: (_group, name, { arn }) => ({ ref: name, attributes: { Arn: arn("logs", `log-group:${name}:*`) } }),
  },
  "AWS::Logs::SubscriptionFilter": { refused: ["ApplyOnTransformedLogs", "FieldSelectionCriteria", "RoleArn"] },
};

export interface FunctionSpec {
  readonly logicalId: string;
  /** Short name for logs, the id of the construct: `default`. */
  readonly label: string;
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the folder that would be uploaded. */
  readonly code: string;
  /** `file.export`, the file without its ending. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Name of the log group that its lines go to. */
  readonly logGroup: string;
  /** The lines of its output that are stored. */
  readonly logging: Logging;
  readonly roleName: string;
  /** Permissions of its role. */
  readonly statements: readonly Statement[];
  /** Principals that may invoke it (`AWS::Lambda::Permission`). */
  readonly invokers: readonly Invoker[];
}

export interface Invoker {
  /** `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** Pattern; without it, any resource of that service. */
  readonly sourceArn?: string;
}

export interface EventSourceSpec {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly target: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
}

export function readFunctions(stack: Reading): readonly FunctionSpec[] {
  const statements = statementsByRole(stack);
  const roles = new Map(stack.ofType("AWS::IAM::Role").map((role) => [role.arn, role]));
  const invokers = stack.ofType("AWS::Lambda::Permission").map(({ logicalId, properties }) => ({
    target: stringAt(properties, "FunctionName", logicalId),
    invoker: toInvoker(properties, logicalId),
  }));

  return stack.ofType("AWS::Lambda::Function").map((resource) => {
    const { logicalId, name, arn, properties } = resource;
    const role = roles.get(stringAt(properties, "Role", logicalId));
    if (role === undefined) throw new AssemblyError(`${logicalId} has a role from outside the stack`);
    return {
      logicalId,
      label: labelOf(resource),
      name,
      arn,
      code: codeOf(resource, stack.template.directory),
      handler: stringAt(properties, "Handler", logicalId),
      timeoutSeconds: numberAt(properties, "Timeout", 3),
      memoryMb: numberAt(properties, "MemorySize", 128),
      environment: variablesIn(objectAt(properties, "Environment")),
      logGroup: textAt(objectAt(properties, "LoggingConfig"), "LogGroup") ?? `/aws/lambda/${name}`,
      logging: loggingOf(properties, logicalId),
      roleName: role.name,
      statements: statements.get(role.name) ?? [],
      invokers: invokers.filter(({ target }) => target === arn || target === name).map(({ invoker }) => invoker),
    };
  });
}

export function readEventSources(stack: Reading): readonly EventSourceSpec[] {
  const functions = stack.ofType("AWS::Lambda::Function");
  return stack
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter(({ properties }) => properties["Enabled"] !== false)
    .map(({ logicalId, properties }) => {
      const target = stringAt(properties, "FunctionName", logicalId);
      const found = functions.find(({ name, arn }) => name === target || arn === target);
      if (found === undefined) throw new AssemblyError(`${logicalId} invokes ${target}, which is not in the stack`);
      return {
        logicalId,
        queueArn: stringAt(properties, "EventSourceArn", logicalId),
        target: found.arn,
        batchSize: numberAt(properties, "BatchSize", 10),
        reportsItemFailures: listAt(properties, "FunctionResponseTypes").includes("ReportBatchItemFailures"),
      };
    });
}

function variablesIn(environment: JsonObject): Readonly<Record<string, string>> {
  const variables = objectAt(environment, "Variables");
  return Object.fromEntries(Object.keys(variables).map((key) => [key, textAt(variables, key) ?? ""]));
}

function toInvoker(properties: Json, logicalId: string): Invoker {
  const principal = stringAt(properties, "Principal", logicalId);
  const source = textAt(properties, "SourceArn");
  return source !== undefined ? { principal, sourceArn: source } : { principal };
}

/** The folder that CDK's metadata names. */
function codeOf({ logicalId, metadata }: Resolved, directory: string): string {
  const path = stringAt(metadata, "aws:asset:path", `Metadata of ${logicalId}`);
  const folder = isAbsolute(path) ? path : join(directory, path);
  if (!existsSync(folder)) throw new AssemblyError(`${logicalId}: its code ${folder} is missing; synthesize again`);
  return folder;
}

/** `Stack/Sip/Functions/default/Function/Resource` has the label `default`. */
function labelOf({ logicalId, metadata }: Resolved): string {
  const ids = textAt(metadata, "aws:cdk:path")?.split("/") ?? [];
  return ids.findLast((id) => id !== "Resource" && id !== "Function") ?? logicalId;
}
