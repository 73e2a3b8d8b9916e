// How long the present invocation may go on. An execution environment runs one at a time.

let endsAt = Number.POSITIVE_INFINITY;

/** The part of Lambda's context that is needed; absent where a handler is called by a test. */
interface Clock {
  readonly getRemainingTimeInMillis?: () => number;
}

export function beginInvocation({ getRemainingTimeInMillis }: Clock): void {
  endsAt = Date.now() + (getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY);
}

/** Infinity outside of an invocation. */
export function millisecondsLeft(): number {
  return endsAt - Date.now();
}
