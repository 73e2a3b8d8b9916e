// Reads the output of `cdk synth` from a folder. It finds the files and checks that they exist; it interprets nothing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, type JsonObject, objectAt, parseObject, textAt } from "../json.ts";

export interface Resource {
  readonly logicalId: string;
  /** CloudFormation's name of its kind, `AWS::SQS::Queue`. */
  readonly type: string;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
  /** It has a `Condition`. */
  readonly isConditional: boolean;
}

export interface Template {
  /** Folder of the assembly; asset paths are relative to it. */
  readonly directory: string;
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly resources: readonly Resource[];
  readonly outputs: JsonObject;
}

/** The assembly cannot be run here; the message names the resource and says why. */
export class AssemblyError extends Error {
  override readonly name = "AssemblyError";
}

/** Reads the one stack of a cloud assembly. Throws {@link AssemblyError} when it has no stack, or several. */
export function readTemplate(directory: string): Template {
  const manifest = readJson(join(directory, "manifest.json"));
  const stacks = Object.entries(objectAt(manifest, "artifacts")).filter(
    ([, artifact]) => isObject(artifact) && artifact["type"] === "aws:cloudformation:stack",
  );
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new AssemblyError(`${directory} holds ${stacks.length} stacks; the local cloud runs exactly one`);
  }
  const [id, artifact] = stack;
  const properties = objectAt(artifact, "properties");
  const template = readJson(join(directory, stringAt(properties, "templateFile", `stack ${id}`)));
  return {
    directory,
    stackName: id,
    ...environmentOf(artifact),
    resources: Object.entries(objectAt(template, "Resources")).map(([logicalId, resource]) => ({
      logicalId,
      type: stringAt(resource, "Type", logicalId),
      properties: objectAt(resource, "Properties"),
      metadata: objectAt(resource, "Metadata"),
      isConditional: textAt(resource, "Condition") !== undefined,
    })),
    outputs: objectAt(template, "Outputs"),
  };
}

/** A stack without a fixed environment gets the account 000000000000. */
function environmentOf(artifact: Json): { region: string; account: string } {
  const environment = textAt(artifact, "environment") ?? "";
  const [, account = "", region = ""] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  return {
    account: /^\d{12}$/.test(account) ? account : "000000000000",
    region: region === "" || region.startsWith("unknown") ? "us-east-1" : region,
  };
}

function readJson(file: string): JsonObject {
  if (!existsSync(file)) throw new AssemblyError(`${file} is missing: synthesize the stack first (node bin/app.ts)`);
  const value = parseObject(readFileSync(file, "utf8"));
  if (value === undefined) throw new AssemblyError(`${file} does not hold a JSON object`);
  return value;
}

/** The text under `key`; `where` names the place in the error. */
export function stringAt(value: Json | undefined, key: string, where: string): string {
  const found = isObject(value) ? value[key] : undefined;
  if (typeof found !== "string") throw new AssemblyError(`${where}: ${key} should be a string`);
  return found;
}
