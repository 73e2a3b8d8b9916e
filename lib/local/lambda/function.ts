// A function: several execution environments, started on demand, reused, and ended when idle.
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { FunctionSpec } from "./spec.ts";
import type { Log } from "../log.ts";
import type { RecordingMeter } from "../meter.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type Environment, InitializationError, type Outcome, startEnvironment } from "./environment.ts";
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

interface FunctionOptions {
  readonly spec: FunctionSpec;
  /** All variables of its process. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environments at the same time; further events wait. */
  readonly maxEnvironments: number;
  /** Environments beyond one for each core start when events wait and none has ended for this long. */
  readonly stalledMs: number;
  /** Idle environments above the first end after this. */
  readonly idleMs: number;
  /** Milliseconds to wait before an event is handed over. */
  readonly delay: () => number;
  readonly log: Log;
  readonly meter: RecordingMeter;
}

interface Task {
  readonly event: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly resolve: (outcome: Outcome) => void;
}

export function createFunction(options: FunctionOptions): LocalFunction {
  const { spec, variables, maxEnvironments, stalledMs, idleMs, delay, log, meter } = options;
  const environments = new Set<Environment>();
  const queue = createFairQueue<Task>();
  let pending = 0;
  let closed = false;
  let stalledSince = 0; // the last end of an event, or the first event that waits
  let lookAgain: NodeJS.Timeout | undefined;

  const start = (): Environment => {
    const current = { requestId: undefined as string | undefined };
    const started = startEnvironment({
      runtime: {
        code: spec.code,
        handler: spec.handler,
        functionName: spec.name,
        functionArn: spec.arn,
        memoryMb: spec.memoryMb,
      },
      variables: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll("-", "")}` },
      logging: spec.logging,
      onLog: ({ level, text, octets }) => log.write(level, spec.label, text, { ...current, octets }),
    });
    const environment: Environment = {
      ...started,
      invoke: async (message) => {
        current.requestId = message.requestId;
        return started.invoke(message);
      },
    };
    environments.add(environment);
    environment.ready.then(pump, (error: unknown) => {
      environments.delete(environment);
      if (!closed) fail(error);
    });
    return environment;
  };

  /** Code that does not load fails all waiting events: the next environment would fail too. */
  const fail = (error: unknown): void => {
    const detail =
      error instanceof InitializationError ? error.detail : { errorType: "Error", errorMessage: String(error) };
    log.write("ERROR", spec.label, `${detail.errorType}: ${detail.stack ?? detail.errorMessage}`);
    for (const { resolve } of queue.drain()) resolve({ kind: "failure", error: detail });
  };

  /**
   * Gives waiting events to idle environments. For those that still wait, it starts others, as many at a time as there are
   * cores. Beyond one environment for each core it does so only while no event ends: a start takes from those that work the
   * time of a hundred events.
   */
  const pump = (): void => {
    for (const environment of environments) {
      if (environment.state() === "gone") environments.delete(environment);
      else if (environment.state() === "idle") {
        const task = queue.take();
        if (task === undefined) return;
        void run(environment, task);
      }
    }
    if (closed) return;
    const starting = [...environments].filter((environment) => environment.state() === "starting").length;
    const cores = availableParallelism();
    const most = performance.now() - stalledSince >= stalledMs ? maxEnvironments : Math.min(cores, maxEnvironments);
    const room = Math.min(most - environments.size, cores - starting);
    for (let count = Math.min(room, queue.size() - starting); count > 0; count -= 1) start();
    if (queue.size() > 0) lookAgain ??= setTimeout(pumpAgain, stalledMs);
  };
  const pumpAgain = (): void => {
    lookAgain = undefined;
    pump();
  };

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

  const reaper = setInterval(
    () => {
      const spare = [...environments].slice(1);
      for (const environment of spare) {
        if (environment.state() !== "idle" || Date.now() - environment.idleSince() < idleMs) continue;
        environments.delete(environment);
        void environment.close();
      }
    },
    Math.max(idleMs / 2, 10),
  );
  reaper.unref();

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
    warm: async () => start().ready,
    counts: () => ({ environments: environments.size, pending }),
    close: async () => {
      closed = true;
      clearInterval(reaper);
      clearTimeout(lookAgain);
      await Promise.all([...environments].map((environment) => environment.close()));
      for (const { resolve } of queue.drain()) resolve(closing);
    },
  };
}

const closing: Outcome = { kind: "failure", error: { errorType: "Closed", errorMessage: "the cloud is closing" } };
