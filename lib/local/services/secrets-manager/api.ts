// The API of Secrets Manager, as far as functions need it: reading a secret, and the calls of a rotation. There are no
// scheduled rotations; RotateSecret runs one at once.
import { randomInt, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretSource, SecretSpec } from "./spec.ts";
import { type JsonObject, listAt, parseObject, textAt } from "../../json.ts";
import type { Rotate } from "./rotation.ts";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError } from "../service.ts";

interface Version {
  readonly id: string;
  readonly value: string;
  readonly stages: Set<string>;
}

interface LocalSecret extends SecretSpec {
  readonly file: string | undefined;
  readonly createdAt: number;
  readonly versions: Version[];
}

/** @param folder keeps the current values between runs; without it they live as long as the cloud */
export function createSecretsApi(
  secrets: readonly SecretSpec[],
  folder: string | undefined,
  rotate: Rotate,
): AwsService {
  const operations: Readonly<Record<string, Operation>> = {
    ...calls,
    RotateSecret: async (secret) => ({ VersionId: await rotate(secret) }),
  };
  const all = secrets.map((secret) => open(secret, folder));
  return {
    plan: ({ operation, body }: ApiRequest) => {
      const call = operations[operation];
      if (call === undefined) {
        throw new ServiceError(
          "UnknownOperationException",
          `the local cloud does not know ${operation} of Secrets Manager`,
        );
      }
      const request = parseObject(body.toString("utf8")) ?? {};
      const id = textAt(request, "SecretId") ?? "";
      const found = all.find(({ arn, name }) => id === arn || id === name || `${id}-local0` === arn);
      return {
        action: `secretsmanager:${operation}`,
        resources: [found?.arn ?? id],
        names: found?.logicalId ?? id,
        run: async () => {
          if (found === undefined) throw notFound();
          const named = { ARN: found.arn, Name: found.name };
          return toResponse({ ...named, ...(await call(found, request)) });
        },
      };
    },
    refuse: ({ code, message, status }) =>
      toResponse({ __type: code, Message: message, message }, status === 403 ? 400 : status),
  };
}

type Operation = (secret: LocalSecret, request: JsonObject) => object | Promise<object>;

const calls: Readonly<Record<string, Operation>> = {
  GetSecretValue({ versions, createdAt }, request) {
    const id = textAt(request, "VersionId");
    const stage = textAt(request, "VersionStage") ?? (id === undefined ? CURRENT : undefined);
    const found = versions.find(
      (version) => (id ?? version.id) === version.id && (stage === undefined || version.stages.has(stage)),
    );
    if (found === undefined) throw notFound();
    const { id: VersionId, value: SecretString, stages } = found;
    return { SecretString, VersionId, VersionStages: [...stages], CreatedDate: createdAt };
  },

  PutSecretValue(secret, request) {
    const id = textAt(request, "ClientRequestToken") ?? randomUUID();
    const value = textAt(request, "SecretString") ?? "";
    const known = secret.versions.find((version) => version.id === id);
    if (known !== undefined && known.value !== value) {
      throw new ServiceError("ResourceExistsException", `version ${id} exists with another value`);
    }
    const stages = listAt(request, "VersionStages").filter((stage) => typeof stage === "string");
    if (known === undefined) secret.versions.push({ id, value, stages: new Set() });
    for (const stage of stages.length > 0 ? stages : [CURRENT]) move(secret, stage, id);
    return { VersionId: id, VersionStages: stages };
  },

  DescribeSecret({ versions }) {
    return { VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, [...stages]])) };
  },

  UpdateSecretVersionStage(secret, request) {
    const stage = textAt(request, "VersionStage") ?? "";
    const holder = secret.versions.find(({ stages }) => stages.has(stage))?.id;
    if (holder !== textAt(request, "RemoveFromVersionId")) {
      throw new ServiceError("InvalidParameterException", `RemoveFromVersionId is not the version that has ${stage}`);
    }
    move(secret, stage, textAt(request, "MoveToVersionId") ?? "");
    return {};
  },
};

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/** A stage belongs to one version; the version that was current becomes the previous one. */
function move(secret: LocalSecret, stage: string, id: string): void {
  const target = secret.versions.find((version) => version.id === id);
  if (target === undefined) throw notFound();
  const holder = secret.versions.find(({ stages }) => stages.has(stage));
  if (holder === target) return;
  holder?.stages.delete(stage);
  target.stages.add(stage);
  if (stage !== CURRENT) return;
  if (holder !== undefined) move(secret, PREVIOUS, holder.id);
  if (secret.file !== undefined) writeFileSync(secret.file, target.value, { mode: 0o600 });
}

function notFound(): ServiceError {
  return new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

/** A generated value is kept, so that its signatures stay valid after a restart. */
function open(secret: SecretSpec, folder: string | undefined): LocalSecret {
  const { name, source } = secret;
  const isKept = folder !== undefined && source.kind === "generated";
  const file = isKept ? join(folder, `${name.replaceAll("/", "_")}.txt`) : undefined;
  if (file !== undefined && !existsSync(file)) {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, valueOf(source), { mode: 0o600 });
  }
  const value = file === undefined ? valueOf(source) : readFileSync(file, "utf8");
  const createdAt = Math.floor(Date.now() / 1000);
  return { ...secret, file, createdAt, versions: [{ id: randomUUID(), value, stages: new Set([CURRENT]) }] };
}

function valueOf(source: SecretSource): string {
  return source.kind === "given" ? source.value : generate(source);
}

function generate({ length, excluded, into }: Extract<SecretSource, { kind: "generated" }>): string {
  const alphabet = PRINTABLE.filter((character) => !excluded.includes(character));
  const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  return into === undefined ? text : JSON.stringify({ ...into.template, [into.key]: text });
}

/** Printable ASCII without the space, which the default excludes. */
const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

function toResponse(body: object, status = 200): ApiResponse {
  return { status, headers: { "Content-Type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
