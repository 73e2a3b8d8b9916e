// The environment variables of a function: its own, those Lambda sets, and the addresses of this machine's AWS APIs.
import type { FunctionSpec } from "../assembly/deployment.ts";
import type { Credentials } from "../iam/credentials.ts";

export interface Endpoints {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly secretsmanager: string;
  /** With the stage in its path. */
  readonly apigatewaymanagementapi: string;
}

/** One address for all; the SDK of `@connections` wants the stage in it. */
export function endpointsAt(url: string, stage: string): Endpoints {
  return { dynamodb: url, sqs: url, secretsmanager: url, apigatewaymanagementapi: `${url}/${stage}` };
}

/** Everything the function's process sees; nothing of the machine's own environment but the path. */
export function variablesOf(
  spec: FunctionSpec,
  region: string,
  credentials: Credentials,
  endpoints: Endpoints,
): Readonly<Record<string, string>> {
  return {
    ...spec.environment,
    PATH: process.env["PATH"] ?? "",
    HOME: spec.code, // no ~/.aws here: a profile of this machine must not reach the functions
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: spec.handler,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    LAMBDA_TASK_ROOT: spec.code,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: endpoints.apigatewaymanagementapi,
  };
}
