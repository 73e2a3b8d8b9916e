// What the cloud and an execution environment say to each other. Events and results travel as the JSON text Lambda
// would see, so that nothing gets through that would be lost on AWS.

/** Facts of the function that do not change from one invocation to the next. */
export interface RuntimeOptions {
  readonly code: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON. */
  readonly event: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** `_X_AMZN_TRACE_ID`, which the SDK passes on; see `trace.ts`. */
  readonly traceId: string;
}

export interface FailureDetail {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string;
}

/** What an environment reports. */
export type Report =
  | { readonly kind: "ready"; readonly importMs: number }
  | { readonly kind: "broken"; readonly error: FailureDetail }
  | { readonly kind: "log"; readonly level: "DEBUG" | "INFO" | "WARN" | "ERROR"; readonly text: string }
  | { readonly kind: "result"; readonly payload: string }
  | { readonly kind: "failure"; readonly error: FailureDetail };
