// How often and how long a call to AWS is repeated. The SDK's own strategy waits up to 7 s for a throttled table, which is
// longer than `timers` may take and longer than a phone should wait for its 503. This one repeats what the SDK repeats, with
// its waits, but all waits of a call fit into a window, and the window into the invocation.
import { setTimeout } from "node:timers/promises";
import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from "@smithy/types";
import { countThrottle, millisecondsLeft } from "./invocation.ts";

/** Milliseconds that the waits of one call may take together. */
const RETRY_WINDOW = 800;
/**
 * Milliseconds of an invocation that are kept for the steps after the last attempt: a response, or the report of a
 * failure.
 */
const INVOCATION_RESERVE = 1000;

/** The SDK's numbers (@smithy/core 3.41, `retries-2026-config`). Attempts and milliseconds. */
const BASE = { TRANSIENT: 50, THROTTLING: 1000 } as const;
/** Repetitions take tokens, successes give them back: a service that is down is not asked three times by every call. */
const TOKENS = 500;
const COST = { TRANSIENT: 14, THROTTLING: 5 } as const;

/** A repetition that is about to be made; the first attempt has no cost. */
interface Attempt extends RetryToken {
  readonly startedAt: number;
  readonly cost: number;
}

export interface Retries extends RetryStrategyV2 {
  /** A call succeeded at its first attempt, without the SDK's retry middleware. */
  succeeded(): void;
}

/** @param maxAttempts all attempts of a call together; @param baseMilliseconds of the first wait after a transient failure */
export function createRetries(maxAttempts: number, baseMilliseconds: number = BASE.TRANSIENT): Retries {
  const attempts = new WeakMap<RetryToken, Attempt>();
  let tokens = TOKENS;

  function attempt(count: number, startedAt: number, cost: number, waited: number): RetryToken {
    const token: Attempt = {
      startedAt,
      cost,
      getRetryCount: () => count,
      getRetryDelay: () => 0,
      $retryLog: { acquisitionDelay: waited },
    };
    attempts.set(token, token);
    return token;
  }

  function giveBack(count: number): void {
    tokens = Math.min(TOKENS, tokens + count);
  }

  return {
    succeeded: () => giveBack(1),
    acquireInitialRetryToken: () => Promise.resolve(attempt(0, Date.now(), 0, 0)),
    async refreshRetryTokenForRetry(token, info) {
      const kind = info.errorType;
      if (kind === "THROTTLING") countThrottle();
      const { startedAt = Date.now() } = attempts.get(token) ?? {};
      const isRepeatable = kind === "TRANSIENT" || kind === "THROTTLING";
      if (!isRepeatable || token.getRetryCount() + 1 >= maxAttempts || tokens < COST[kind]) throw refused();
      const base = kind === "THROTTLING" ? BASE.THROTTLING : baseMilliseconds;
      const wait = waitBefore(base * 2 ** token.getRetryCount(), info, windowLeft(startedAt));
      if (wait === undefined) throw refused();
      tokens -= COST[kind];
      await setTimeout(wait);
      return attempt(token.getRetryCount() + 1, startedAt, COST[kind], wait);
    },
    recordSuccess: (token) => giveBack(attempts.get(token)?.cost || 1),
  };
}

function windowLeft(startedAt: number): number {
  return Math.min(startedAt + RETRY_WINDOW - Date.now(), millisecondsLeft() - INVOCATION_RESERVE);
}

/** A random part of `most` or of the rest of the window; undefined if the service asks for more than the rest. */
function waitBefore(most: number, { retryAfterHint }: RetryErrorInfo, left: number): number | undefined {
  if (left <= 0) return undefined;
  const drawn = Math.floor(Math.random() * Math.min(most, left));
  const asked = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - Date.now();
  return asked > left ? undefined : Math.max(drawn, asked);
}

/** The SDK throws the error of the last attempt instead of this. */
function refused(): Error {
  return new Error("not repeated");
}
