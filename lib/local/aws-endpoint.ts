// One HTTP endpoint for all AWS APIs that the stack uses. Before a call runs, it checks the key, the signature and the
// permission.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Caller } from "./iam/credentials.ts";
import { isAllowed } from "./iam/policy.ts";
import { type Authorization, parseAuthorization, signatureProblem } from "./iam/verify-signature.ts";
import type { Log } from "./log.ts";
import type { RecordingMeter } from "./meter.ts";
import {
  type ApiRequest,
  type ApiResponse,
  type AwsService,
  type PlannedCall,
  ServiceError,
} from "./services/service.ts";

/** A service as the endpoint finds it. */
export interface EndpointService {
  readonly signingName: string;
  readonly targetPrefix?: string | undefined;
  readonly api: AwsService;
}

interface EndpointOptions {
  readonly services: readonly EndpointService[];
  readonly callers: readonly Caller[];
  readonly meter: RecordingMeter;
  readonly log: Log;
}

/** Answers AWS API calls. */
export function createAwsEndpoint({ services, callers, meter, log }: EndpointOptions): RequestListener {
  const byKey = new Map(callers.map((caller) => [caller.credentials.accessKeyId, caller]));

  const answer = async (request: ApiRequest): Promise<ApiResponse> => {
    const authorization = parseAuthorization(request.headers.authorization);
    const { api, signingName } = serviceOf(services, authorization, request);
    try {
      const caller = authenticate(request, authorization);
      const call = api.plan(request);
      authorize(caller, call);
      const response = await call.run();
      const { requestUnits } = response;
      meter.record({
        caller: caller.label,
        service: signingName,
        action: request.operation || request.method,
        resource: call.names,
        ...(requestUnits === undefined ? {} : { requestUnits }),
      });
      return response;
    } catch (error) {
      if (error instanceof ServiceError) return api.refuse(error);
      log.write("ERROR", "cloud", error instanceof Error ? (error.stack ?? error.message) : String(error));
      return api.refuse(new ServiceError("InternalFailure", String(error), 500));
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

  const authorize = (caller: Caller, { action, resources, attributes }: PlannedCall): void => {
    if (caller.statements === undefined) return;
    for (const resource of resources) {
      if (isAllowed(caller.statements, action, resource, attributes)) continue;
      const what = `${action} on resource: ${resource}; grant it in the construct`;
      log.write("ERROR", "cloud", `AccessDenied for ${caller.label}: ${what}`);
      const message = `User: ${caller.arn} is not authorized to perform: ${what}`;
      throw new ServiceError("AccessDeniedException", message, 403);
    }
  };

  return (incoming, outgoing) => {
    readBody(incoming)
      .then((body) => answer(toRequest(incoming, body)))
      .then((response) => write(outgoing, response))
      .catch(() => incoming.destroy()); // the client has closed the connection
  };
}

function toRequest({ method = "GET", url = "/", headers }: IncomingMessage, body: Buffer): ApiRequest {
  const target = headers["x-amz-target"];
  const operation = typeof target === "string" ? target.slice(target.indexOf(".") + 1) : "";
  return { method, url, headers, operation, body };
}

/** By signature, else by target, so that an unsigned request is refused in the format of its API; else the REST API. */
function serviceOf(
  services: readonly EndpointService[],
  authorization: Authorization | undefined,
  { headers }: ApiRequest,
): EndpointService {
  const target = String(headers["x-amz-target"] ?? "");
  const found =
    services.find(({ signingName }) => signingName === authorization?.service) ??
    services.find(({ targetPrefix }) => targetPrefix !== undefined && target.startsWith(targetPrefix)) ??
    services.find(({ targetPrefix }) => targetPrefix === undefined);
  if (found === undefined) throw new Error("no service answers requests without a target");
  return found;
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
