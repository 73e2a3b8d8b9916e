// What the endpoint needs to know about each AWS API it stands in for.
import type { IncomingHttpHeaders } from "node:http";

export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Operation named by `X-Amz-Target`, without the service's prefix; empty for REST APIs. */
  readonly operation: string;
  readonly body: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the call is billed, where that is not one request. */
  readonly requestUnits?: number;
}

/** A request understood but not yet done, so that permission can be asked in between. */
export interface PlannedCall {
  /** IAM action, `dynamodb:UpdateItem`. */
  readonly action: string;
  /** ARNs it touches; each needs the permission. */
  readonly resources: readonly string[];
  /** What the meter calls the resources. */
  readonly names: string;
  run(): Promise<ApiResponse>;
}

export interface AwsService {
  /** Understands a request. Throws {@link ServiceError} if it is not one of this service. */
  plan(request: ApiRequest): PlannedCall;
  /** A refusal in the shape of this API. */
  refuse(error: ServiceError): ApiResponse;
}

/** An answer other than success that AWS gives too. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The names SigV4 has for the services, which is how the endpoint tells them apart. */
export type ServiceName = "dynamodb" | "execute-api" | "secretsmanager" | "sqs";
