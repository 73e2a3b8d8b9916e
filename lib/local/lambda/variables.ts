// The environment variables of a function: its own, those that Lambda sets, and the addresses of the local AWS APIs.
import type { Credentials } from "../iam/credentials.ts";
import { loggingVariables } from "./logging.ts";
import type { FunctionSpec } from "./spec.ts";

/**
 * All variables of the function; of the machine's own only the path.
 * @param machine variables of this machine: the addresses of the AWS APIs, and those of the cloud's options
 */
export function variablesOf(
  spec: FunctionSpec,
  region: string,
  credentials: Credentials,
  machine: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...spec.environment,
    PATH: process.env["PATH"] ?? "",
    HOME: spec.code, // a folder without .aws: a profile of this machine must not reach the functions
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
    ...loggingVariables(spec.logging),
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    LAMBDA_TASK_ROOT: spec.code,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", // about this machine's Node; deployed functions have theirs
    ...machine,
  };
}
