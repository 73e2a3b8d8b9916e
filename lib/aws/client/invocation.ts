// The present invocation: its remaining time, and its cost so far. An execution environment runs one at a time.

let startedAt = Number.NaN;
let endsAt = Number.POSITIVE_INFINITY;
/** Of this execution environment. */
let invocations = 0;
let calls: Record<string, number> = {};
let throttled = 0;

/** The part of Lambda's context that is needed; absent where a handler is called by a test. */
interface Clock {
  readonly getRemainingTimeInMillis?: () => number;
}

export function beginInvocation({ getRemainingTimeInMillis }: Clock): void {
  startedAt = Date.now();
  endsAt = startedAt + (getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY);
  invocations += 1;
  calls = {};
  throttled = 0;
}

/** Infinity outside of an invocation. */
export function millisecondsLeft(): number {
  return endsAt - Date.now();
}

/** Counts a billed call. @param operation `PutItem` */
export function countCall(operation: string): void {
  const kind = KINDS[operation] ?? "others";
  calls[kind] = (calls[kind] ?? 0) + 1;
}

/** Counts an attempt of a call that the service refused for want of capacity. */
export function countThrottle(): void {
  throttled += 1;
}

/** Short, because they stand in every log line. */
const KINDS: Readonly<Record<string, string>> = {
  BatchGetItem: "reads",
  GetItem: "reads",
  PutItem: "writes",
  UpdateItem: "writes",
  DeleteItem: "writes",
  SendMessage: "timers",
  PostToConnection: "posts",
};

export interface Spent {
  /** Since the invocation began. */
  readonly ms?: number;
  /** This invocation is the first of an execution environment that Lambda started for it. */
  readonly cold?: true;
  /** Calls to AWS that no line has told yet. */
  readonly aws?: Readonly<Record<string, number>>;
  /** Attempts that AWS throttled, and that no line has told yet. */
  readonly throttled?: number;
}

/** The cost of the invocation so far, for one log line. */
export function takeSpent(): Spent {
  const [untold, refused] = [calls, throttled];
  calls = {};
  throttled = 0;
  const isCold = invocations === 1 && process.env["AWS_LAMBDA_INITIALIZATION_TYPE"] === "on-demand";
  return {
    ...(invocations > 0 && { ms: Date.now() - startedAt }),
    ...(isCold && { cold: true }),
    ...(Object.keys(untold).length > 0 && { aws: untold }),
    ...(refused > 0 && { throttled: refused }),
  };
}
