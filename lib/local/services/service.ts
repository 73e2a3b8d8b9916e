// An emulated AWS service: the resources of a template that it runs, and the AWS API in front of them.
import type { IncomingHttpHeaders } from "node:http";
import type { Reading, ResourceKinds } from "../assembly/resource-kind.ts";
import type { LocalFunction } from "../lambda/function.ts";
import type { Log } from "../log.ts";
import type { RecordingMeter } from "../meter.ts";
import type { GatewayLimits } from "./api-gateway/limits.ts";
import type { Throttling } from "./throttling.ts";

export interface EmulatedService<Running extends RunningService = RunningService> {
  /** Name in SigV4 scopes; the endpoint distinguishes services by it. */
  readonly signingName: string;
  /** Start of `X-Amz-Target`, for requests without a signature; REST APIs have none. */
  readonly targetPrefix?: string;
  /** Variable by which the SDK finds this service. */
  readonly endpointVariable: string;
  /** Path of the endpoint; empty by default. */
  readonly endpointPath?: (stack: Reading) => string;
  readonly resources: ResourceKinds;
  start(context: ServiceContext): Promise<Running>;
}

export interface ServiceContext {
  readonly stack: Reading;
  readonly functions: readonly LocalFunction[];
  /** Folder for data that outlives the cloud; without it, data is kept in memory. */
  readonly dataDir: string | undefined;
  /** Secrets that exist outside the stack: name to value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly limits: GatewayLimits;
  readonly throttling: Throttling;
  /** Milliseconds to hold back a post. */
  readonly delay: () => number;
  readonly random: () => number;
  readonly meter: RecordingMeter;
  readonly log: Log;
}

export interface RunningService {
  readonly api: AwsService;
  /** True while work is under way or due. */
  isBusy?(): boolean;
  /** Ends the intake of work; functions still run. */
  drain?(): Promise<void>;
  /** Gives up what is left; no function runs any more. */
  close?(): Promise<void>;
}

export interface AwsService {
  /** Parses a request. Throws {@link ServiceError} for one that this service does not have. */
  plan(request: ApiRequest): PlannedCall;
  /** An error in the format of this API. */
  refuse(error: ServiceError): ApiResponse;
}

export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Operation in `X-Amz-Target` without the prefix; empty for REST APIs. */
  readonly operation: string;
  readonly body: Buffer;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Billed units, where the price is not that of one request. */
  readonly requestUnits?: number;
}

/** A parsed request before it runs: permission is checked in between. */
export interface PlannedCall {
  /** IAM action, `dynamodb:UpdateItem`. */
  readonly action: string;
  /** ARNs that it touches; each needs the permission. */
  readonly resources: readonly string[];
  /** Attributes of a DynamoDB item that it names. */
  readonly attributes?: readonly string[];
  /** Names of the resources for the meter. */
  readonly names: string;
  run(): Promise<ApiResponse>;
}

/** An error response that AWS gives too. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
