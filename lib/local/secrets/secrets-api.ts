// Secrets Manager, as far as a function needs it: GetSecretValue.
import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretSource, SecretSpec } from "../assembly/deployment.ts";
import { parseObject, textAt } from "../json.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../aws-service.ts";

/** @param folder where generated values are kept between runs; without it they live as long as the cloud. */
export function createSecretsApi(secrets: readonly SecretSpec[], folder: string | undefined): AwsService {
  const values = new Map(secrets.map((secret) => [secret.arn, valueOf(secret, folder)]));
  const createdAt = Math.floor(Date.now() / 1000);
  const version = randomUUID();

  return {
    plan: ({ operation, body }: ApiRequest) => {
      if (operation !== "GetSecretValue") {
        throw new ServiceError(
          "UnknownOperationException",
          `the local cloud does not know ${operation} of Secrets Manager`,
        );
      }
      const id = textAt(parseObject(body.toString("utf8")), "SecretId") ?? "";
      const found = secrets.find(({ arn, name }) => id === arn || id === name || `${id}-local0` === arn);
      return {
        action: "secretsmanager:GetSecretValue",
        resources: [found?.arn ?? id],
        names: found?.logicalId ?? id,
        run: () => {
          if (found === undefined) {
            throw new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
          }
          const SecretString = values.get(found.arn);
          const answer = { ARN: found.arn, Name: found.name, SecretString, VersionId: version };
          return Promise.resolve(toResponse({ ...answer, VersionStages: ["AWSCURRENT"], CreatedDate: createdAt }));
        },
      };
    },
    refuse: ({ code, message, status }) =>
      toResponse({ __type: code, Message: message, message }, status === 403 ? 400 : status),
  };
}

/** What was generated once is kept: what it signed must still be good after a restart. */
function valueOf({ name, source }: SecretSpec, folder: string | undefined): string {
  if (source.kind === "given") return source.value;
  if (folder === undefined) return generate(source);
  const file = join(folder, `${name.replaceAll("/", "_")}.txt`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, generate(source), { mode: 0o600 });
  }
  return readFileSync(file, "utf8");
}

function generate({ length, excluded, into }: Extract<SecretSource, { kind: "generated" }>): string {
  const alphabet = PRINTABLE.filter((character) => !excluded.includes(character));
  const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  return into === undefined ? text : JSON.stringify({ ...into.template, [into.key]: text });
}

/** ASCII without the space, which is left out by default. */
const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

function toResponse(body: object, status = 200): ApiResponse {
  return { status, headers: { "Content-Type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
