// One HTTP endpoint for all the AWS APIs the stack uses, with IAM in front: who calls, is it signed, is it allowed.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type ApiRequest, type ApiResponse, type AwsService, ServiceError, type ServiceName } from "./aws-service.ts";
import type { Caller } from "./iam/credentials.ts";
import { isAllowed } from "./iam/policy.ts";
import { type Authorization, parseAuthorization, signatureProblem } from "./iam/signature.ts";
import type { Log } from "./log.ts";
import type { RecordingMeter } from "./meter.ts";

interface EndpointOptions {
  readonly services: Readonly<Record<ServiceName, AwsService>>;
  readonly callers: readonly Caller[];
  readonly meter: RecordingMeter;
  readonly log: Log;
}

/** Answers AWS API calls. */
export function createAwsEndpoint({ services, callers, meter, log }: EndpointOptions): RequestListener {
  const byKey = new Map(callers.map((caller) => [caller.credentials.accessKeyId, caller]));

  const answer = async (request: ApiRequest): Promise<ApiResponse> => {
    const authorization = parseAuthorization(request.headers.authorization);
    const name = serviceOf(authorization, request);
    const service = services[name];
    try {
      const caller = authenticate(request, authorization);
      const call = service.plan(request);
      authorize(caller, call.action, call.resources);
      const response = await call.run();
      const { requestUnits } = response;
      meter.record({
        caller: caller.label,
        service: name,
        action: request.operation || request.method,
        resource: call.names,
        ...(requestUnits === undefined ? {} : { requestUnits }),
      });
      return response;
    } catch (error) {
      if (error instanceof ServiceError) return service.refuse(error);
      log.write("ERROR", "cloud", error instanceof Error ? (error.stack ?? error.message) : String(error));
      return service.refuse(new ServiceError("InternalFailure", String(error), 500));
    }
  };

  const authenticate = (request: ApiRequest, authorization: Authorization | undefined): Caller => {
    if (authorization === undefined) {
      throw new ServiceError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
    }
    const caller = byKey.get(authorization.accessKeyId);
    if (caller === undefined) {
      throw new ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    const problem = signatureProblem(request, authorization, caller.credentials, Date.now());
    if (problem !== undefined) throw new ServiceError("InvalidSignatureException", problem);
    return caller;
  };

  const authorize = (caller: Caller, action: string, resources: readonly string[]): void => {
    if (caller.statements === undefined) return;
    for (const resource of resources) {
      if (isAllowed(caller.statements, action, resource)) continue;
      const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}; grant it in the construct`;
      log.write(
        "ERROR",
        "cloud",
        `AccessDenied for ${caller.label}: ${action} on ${resource}; grant it in the construct`,
      );
      throw new ServiceError("AccessDeniedException", message, 403);
    }
  };

  return (incoming, outgoing) => {
    readBody(incoming)
      .then((body) => answer(toRequest(incoming, body)))
      .then((response) => write(outgoing, response))
      .catch(() => incoming.destroy()); // the client went away: nobody is left to tell
  };
}

function toRequest({ method = "GET", url = "/", headers }: IncomingMessage, body: Buffer): ApiRequest {
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? target.slice(target.indexOf(".") + 1) : "";
  return { method, url, headers, operation, body };
}

/** An unsigned request is refused in the shape of the API it seems to be for. */
function serviceOf(authorization: Authorization | undefined, { headers }: ApiRequest): ServiceName {
  const signedFor = authorization?.service;
  if (signedFor === "dynamodb" || signedFor === "secretsmanager" || signedFor === "sqs") return signedFor;
  if (signedFor === "execute-api") return signedFor;
  const target = String(headers["x-amz-target"] ?? "");
  if (target.startsWith("DynamoDB")) return "dynamodb";
  if (target.startsWith("AmazonSQS")) return "sqs";
  return target.startsWith("secretsmanager") ? "secretsmanager" : "execute-api";
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function write(outgoing: ServerResponse, { status, headers, body = "" }: ApiResponse): void {
  outgoing.writeHead(status, {
    "x-amzn-RequestId": randomUUID(),
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  outgoing.end(body);
}
