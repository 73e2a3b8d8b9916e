// The secrets of a template: how the value of each comes about, and which function rotates it.
import type { Reading, ResourceKinds } from "../../assembly/resource-kind.ts";
import { type JsonObject, numberAt, objectAt, parseObject, textAt } from "../../json.ts";

export const secretResources: ResourceKinds = {
  "AWS::SecretsManager::RotationSchedule": { refused: ["HostedRotationLambda"] },
  "AWS::SecretsManager::Secret": {
    refused: ["KmsKeyId", "ReplicaRegions"],
    nameProperty: "Name",
    names: (_secret, name, { region, account }) => {
      const arn = secretArn(name, region, account);
      return { ref: arn, attributes: { Id: arn } };
    },
  },
};

export interface SecretSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly source: SecretSource;
  /** ARN of the function that rotates it. */
  readonly rotatedBy?: string | undefined;
}

export type SecretSource =
  | { readonly kind: "given"; readonly value: string }
  | {
      readonly kind: "generated";
      readonly length: number;
      readonly excluded: string;
      /** JSON object that receives the generated text under `key`. */
      readonly into?: { readonly template: JsonObject; readonly key: string };
    };

export function readSecrets(stack: Reading): readonly SecretSpec[] {
  const schedules = stack.ofType("AWS::SecretsManager::RotationSchedule").map(({ properties }) => properties);
  return stack.ofType("AWS::SecretsManager::Secret").map(({ logicalId, name, arn, properties }) => {
    const schedule = schedules.find((candidate) => [name, arn].includes(textAt(candidate, "SecretId") ?? ""));
    const rotatedBy = schedule && textAt(schedule, "RotationLambdaARN");
    return { logicalId, name, arn, source: sourceOf(properties), rotatedBy };
  });
}

/** A secret that exists outside the stack, which refers to it by name. */
export function importedSecret(name: string, value: string, { template }: Reading): SecretSpec {
  const arn = secretArn(name, template.region, template.account);
  return { logicalId: name, name, arn, source: { kind: "given", value } };
}

/** AWS ends the ARN with six random characters; these are fixed. */
function secretArn(name: string, region: string, account: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-local0`;
}

function sourceOf(properties: JsonObject): SecretSource {
  const given = textAt(properties, "SecretString");
  if (given !== undefined) return { kind: "given", value: given };

  const generate = objectAt(properties, "GenerateSecretString");
  const template = parseObject(textAt(generate, "SecretStringTemplate") ?? "");
  const key = textAt(generate, "GenerateStringKey");
  return {
    kind: "generated",
    length: numberAt(generate, "PasswordLength", 32),
    excluded: excludedBy(generate),
    ...(template && key && { into: { template, key } }),
  };
}

/** Characters that the template excludes, by class or one by one. */
function excludedBy(generate: JsonObject): string {
  const classes: Readonly<Record<string, string>> = {
    ExcludePunctuation: PUNCTUATION,
    ExcludeNumbers: "0123456789",
    ExcludeLowercase: "abcdefghijklmnopqrstuvwxyz",
    ExcludeUppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  };
  const named = Object.entries(classes).filter(([flag]) => generate[flag] === true);
  return named.map(([, characters]) => characters).join("") + (textAt(generate, "ExcludeCharacters") ?? "");
}

/** Punctuation as Secrets Manager defines it. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
