// A function: its events wait for one of its execution environments.
import { randomUUID } from "node:crypto";
import type { FunctionSpec } from "./spec.ts";
import type { RecordingMeter } from "../meter.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type Environment, InitializationError, type Outcome } from "./environment.ts";
import { createEnvironmentPool, type EnvironmentPoolOptions } from "./environment-pool.ts";
import { platformLines } from "./logging.ts";
import { traceIdAfter } from "./trace.ts";

export interface LocalFunction {
  readonly spec: FunctionSpec;
  /** Runs one event; waits for an environment if all are busy. Never rejects. */
  invoke(event: object, caller: string, details?: InvocationDetails): Promise<Outcome>;
  /** Starts one environment ahead of the first event; rejects if the code does not load. */
  warm(): Promise<void>;
  /** Live environments, and events that wait or run. */
  counts(): { readonly environments: number; readonly pending: number };
  close(): Promise<void>;
}

export interface InvocationDetails {
  /** Invocations in the chain before this one; 0 by default. */
  readonly chain?: number;
  /** Events of different groups take turns; by default the caller is the group. */
  readonly group?: string;
}

interface FunctionOptions extends EnvironmentPoolOptions {
  /** Further environments start at once when events wait and none has ended for this long. */
  readonly stalledMs: number;
  /** Milliseconds to wait before an event is handed over. */
  readonly delay: () => number;
  readonly meter: RecordingMeter;
}

interface Task {
  readonly event: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly resolve: (outcome: Outcome) => void;
}

export function createFunction(options: FunctionOptions): LocalFunction {
  const { spec, stalledMs, delay, log, meter } = options;
  const queue = createFairQueue<Task>();
  let pending = 0;
  let closed = false;
  let stalledSince = 0; // the last end of an event, or the first event that waits
  let lookAgain: NodeJS.Timeout | undefined;
  let another: NodeJS.Timeout | undefined;

  /** Code that does not load fails all waiting events: the next environment would fail too. */
  const fail = (error: unknown): void => {
    if (closed) return;
    const detail =
      error instanceof InitializationError ? error.detail : { errorType: "Error", errorMessage: String(error) };
    log.write("ERROR", spec.label, `${detail.errorType}: ${detail.stack ?? detail.errorMessage}`);
    for (const { resolve } of queue.drain()) resolve({ kind: "failure", error: detail });
  };

  /** Gives waiting events to idle environments, and starts others for those that still wait. */
  const pump = (): void => {
    for (let environment = pool.idle(); environment !== undefined; environment = pool.idle()) {
      const task = queue.take();
      if (task === undefined) return;
      void run(environment, task);
    }
    if (closed) return;
    const isStalled = performance.now() - stalledSince >= stalledMs;
    if (isStalled || pool.size() === 0) pool.grow(queue.size(), isStalled);
    if (queue.size() === 0) return;
    lookAgain ??= setTimeout(pumpAgain, stalledMs);
    another ??= setTimeout(startAnother, ANOTHER_MS);
  };
  const pumpAgain = (): void => {
    lookAgain = undefined;
    pump();
  };
  const startAnother = (): void => {
    another = undefined;
    pool.grow(1, false);
  };
  const pool = createEnvironmentPool(options, pump, fail);

  const run = async (environment: Environment, task: Task): Promise<void> => {
    const { event, requestId, traceId, resolve } = task;
    const startedAt = performance.now();
    const deadline = Date.now() + spec.timeoutSeconds * 1000;
    const outcome = await environment.invoke({ requestId, event, deadline, traceId });
    const ms = performance.now() - startedAt;
    if (outcome.kind === "failure" && !closed) {
      const { errorType, errorMessage, stack } = outcome.error;
      log.write("ERROR", spec.label, stack ?? `${errorType}: ${errorMessage}`, { requestId });
    }
    const errorType = outcome.kind === "failure" ? outcome.error.errorType : undefined;
    const invocation = { requestId, milliseconds: ms, memoryMb: spec.memoryMb, errorType };
    for (const { text, octets } of platformLines(spec.logging, invocation)) {
      log.write("REPORT", spec.label, text, { requestId, octets });
    }
    stalledSince = performance.now();
    resolve(outcome);
    pump();
  };

  return {
    spec,
    invoke: async (event, caller, { chain = 0, group = caller } = {}) => {
      pending += 1;
      meter.record({ caller, service: "lambda", action: "Invoke", resource: spec.label });
      const wait = delay();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const outcome = await new Promise<Outcome>((resolve) => {
        if (closed) return resolve(closing);
        const traceId = traceIdAfter(chain);
        if (queue.size() === 0) stalledSince = performance.now();
        queue.add(group, { event: JSON.stringify(event), requestId: randomUUID(), traceId, resolve });
        pump();
      });
      pending -= 1;
      return outcome;
    },
    warm: async () => pool.start().ready,
    counts: () => ({ environments: pool.size(), pending }),
    close: async () => {
      closed = true;
      clearTimeout(lookAgain);
      clearTimeout(another);
      await pool.close();
      for (const { resolve } of queue.drain()) resolve(closing);
    },
  };
}

/**
 * After an event has had to wait, another environment starts so much later, unless events stall: a start takes 0.2 s of a core,
 * in which a running environment handles the whole burst.
 */
const ANOTHER_MS = 1000;

const closing: Outcome = { kind: "failure", error: { errorType: "Closed", errorMessage: "the cloud is closing" } };
