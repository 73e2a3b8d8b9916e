// The execution environments of a function: started on demand, reused, and ended when idle.
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Log } from "../log.ts";
import { type Environment, startEnvironment } from "./environment.ts";
import type { FunctionSpec } from "./spec.ts";

export interface EnvironmentPool {
  /** One that is idle, if there is one. */
  idle(): Environment | undefined;
  /** Starts one. */
  start(): Environment;
  /**
   * Starts others for so many waiting events, as many at a time as there are cores; beyond one for each core only if no event
   * ends, because a start takes from those that work the time of a hundred events.
   */
  grow(events: number, isStalled: boolean): void;
  size(): number;
  close(): Promise<void>;
}

export interface EnvironmentPoolOptions {
  readonly spec: FunctionSpec;
  /** All variables of its process. */
  readonly variables: Readonly<Record<string, string>>;
  /** Environments at the same time. */
  readonly maxEnvironments: number;
  /** Idle environments above the first end after this. */
  readonly idleMs: number;
  readonly log: Log;
}

/**
 * @param onReady one can take an event
 * @param onBroken the code of one does not load
 */
export function createEnvironmentPool(
  { spec, variables, maxEnvironments, idleMs, log }: EnvironmentPoolOptions,
  onReady: () => void,
  onBroken: (error: unknown) => void,
): EnvironmentPool {
  const environments = new Set<Environment>();
  const cores = availableParallelism();

  const start = (): Environment => {
    const environment = startOne(spec, variables, log);
    environments.add(environment);
    environment.ready.then(onReady, (error: unknown) => {
      environments.delete(environment);
      onBroken(error);
    });
    return environment;
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
    start,
    idle: () => {
      for (const environment of environments) {
        if (environment.state() === "gone") environments.delete(environment);
        else if (environment.state() === "idle") return environment;
      }
      return undefined;
    },
    grow: (events, isStalled) => {
      const starting = [...environments].filter((environment) => environment.state() === "starting").length;
      const most = isStalled ? maxEnvironments : Math.min(cores, maxEnvironments);
      const room = Math.min(most - environments.size, cores - starting);
      for (let count = Math.min(room, events - starting); count > 0; count -= 1) start();
    },
    size: () => environments.size,
    close: async () => {
      clearInterval(reaper);
      await Promise.all([...environments].map((environment) => environment.close()));
    },
  };
}

/** An environment whose log lines carry the request that it runs. */
function startOne(spec: FunctionSpec, variables: Readonly<Record<string, string>>, log: Log): Environment {
  const current = { requestId: undefined as string | undefined };
  const { code, handler, name: functionName, arn: functionArn, memoryMb, logging, label } = spec;
  const compileCache = process.env["NODE_COMPILE_CACHE"];
  const started = startEnvironment({
    runtime: { code, handler, functionName, functionArn, memoryMb, ...(compileCache && { compileCache }) },
    variables: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll("-", "")}` },
    logging,
    onLog: ({ level, text, octets }) => log.write(level, label, text, { ...current, octets }),
  });
  return {
    ...started,
    invoke: (message) => {
      current.requestId = message.requestId;
      return started.invoke(message);
    },
  };
}
