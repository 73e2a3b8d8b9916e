// Secrets: how their value comes about. The value itself is made by `lib/local/services/secrets-manager`.
import { type JsonObject, numberAt, objectAt, parseObject, textAt } from "../json.ts";
import type { Deployment, SecretSource, SecretSpec } from "./deployment.ts";
import { secretArn } from "./names.ts";
import type { Reading } from "./reading.ts";

export function readSecrets(reading: Reading): readonly SecretSpec[] {
  const schedules = reading.ofType("AWS::SecretsManager::RotationSchedule").map(({ properties }) => properties);
  return reading.ofType("AWS::SecretsManager::Secret").map(({ logicalId, name, arn, properties }) => {
    const schedule = schedules.find((candidate) => [name, arn].includes(textAt(candidate, "SecretId") ?? ""));
    const rotatedBy = schedule && textAt(schedule, "RotationLambdaARN");
    return { logicalId, name, arn, source: sourceOf(properties), rotatedBy };
  });
}

/** A secret that was in the account before the stack, which only knows its name. */
export function importedSecret(name: string, value: string, { region, account }: Deployment): SecretSpec {
  return { logicalId: name, name, arn: secretArn(name, region, account), source: { kind: "given", value } };
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

/** Characters the template keeps out, whichever way it says so. */
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

/** What Secrets Manager takes for punctuation. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
