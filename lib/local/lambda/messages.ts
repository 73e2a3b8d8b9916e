// Messages between the cloud and an execution environment. Events and results travel as JSON text, as on Lambda, so that
// a value which JSON cannot hold is lost here too.
import type { LambdaLevel } from "./logging.ts";

/** Facts of the function that stay the same for all invocations. */
export interface RuntimeOptions {
  readonly code: string;
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Folder of Node's compiled code, which the threads then share; absent: each compiles anew. */
  readonly compileCache?: string;
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

/** Reports of an environment. */
export type Report =
  | { readonly kind: "ready"; readonly importMs: number }
  | { readonly kind: "broken"; readonly error: FailureDetail }
  /** Of the console, as the runtime writes it. */
  | { readonly kind: "console"; readonly level: LambdaLevel; readonly text: string }
  /** Written to standard output or error by the function itself. */
  | { readonly kind: "stream"; readonly text: string }
  | { readonly kind: "result"; readonly payload: string }
  | { readonly kind: "failure"; readonly error: FailureDetail };
