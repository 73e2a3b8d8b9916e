// Secrets: how their value comes about. The value itself is made by `lib/local/secrets`.
import type { SecretSource, SecretSpec } from "./deployment.ts";
import { numberAt } from "./functions.ts";
import type { Reading } from "./reading.ts";
import { isObject, type JsonObject, objectAt } from "./template.ts";

export function readSecrets(reading: Reading): readonly SecretSpec[] {
  return reading
    .ofType("AWS::SecretsManager::Secret")
    .map(({ logicalId, name, arn, properties }) => ({ logicalId, name, arn, source: sourceOf(properties) }));
}

function sourceOf(properties: JsonObject): SecretSource {
  const given = properties["SecretString"];
  if (typeof given === "string") return { kind: "given", value: given };

  const generate = objectAt(properties, "GenerateSecretString");
  const template: unknown = JSON.parse(String(generate["SecretStringTemplate"] ?? "null"));
  const key = generate["GenerateStringKey"];
  return {
    kind: "generated",
    length: numberAt(generate["PasswordLength"], 32),
    excluded: excludedBy(generate),
    ...(isObject(template) && typeof key === "string" ? { into: { template, key } } : {}),
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
  const own = generate["ExcludeCharacters"];
  return named.map(([, characters]) => characters).join("") + (typeof own === "string" ? own : "");
}

/** What Secrets Manager takes for punctuation. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
