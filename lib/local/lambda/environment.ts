// One execution environment: a thread with its own environment variables that handles one event at a time.
import { Worker } from "node:worker_threads";
import { deferred } from "../deferred.ts";
import { consoleLine, type Logging, type StoredLine, streamLine } from "./logging.ts";
import type { FailureDetail, InvokeMessage, Report, RuntimeOptions } from "./messages.ts";
import { workerUrl } from "./worker-url.ts";

export type Outcome =
  /** The value that the handler returned, as JSON text. */
  { readonly kind: "result"; readonly payload: string } | { readonly kind: "failure"; readonly error: FailureDetail };

export type EnvironmentState = "starting" | "idle" | "busy" | "gone";

export interface Environment {
  readonly state: () => EnvironmentState;
  /** Settles when it can take an event; rejects with the reason if the code cannot be loaded. */
  readonly ready: Promise<void>;
  /** Runs one event; only when idle. Never rejects: a crash and a timeout are failures. */
  invoke(message: InvokeMessage): Promise<Outcome>;
  /** Epoch milliseconds at which its last event ended. */
  readonly idleSince: () => number;
  close(): Promise<void>;
}

interface EnvironmentOptions {
  readonly runtime: RuntimeOptions;
  readonly variables: Readonly<Record<string, string>>;
  readonly logging: Logging;
  readonly onLog: (line: StoredLine) => void;
}

/** The module does not load, or does not export the handler. */
export class InitializationError extends Error {
  readonly detail: FailureDetail;
  constructor(detail: FailureDetail) {
    super(`${detail.errorType}: ${detail.errorMessage}`);
    this.detail = detail;
  }
}

/** Starts a thread, which loads the code at once. */
export function startEnvironment({ runtime, variables, logging, onLog }: EnvironmentOptions): Environment {
  let state: EnvironmentState = "starting";
  let idleSince = Date.now();
  let finish: ((outcome: Outcome) => void) | undefined;
  const { promise: ready, resolve: started, reject: refused } = deferred<void>();

  const worker = new Worker(workerUrl(), {
    workerData: runtime,
    env: { ...variables },
    execArgv: ["--disable-warning=ExperimentalWarning"],
    resourceLimits: { maxOldGenerationSizeMb: runtime.memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    stdout: true,
    stderr: true,
  });
  const keep = (line: StoredLine | undefined): void => line && onLog(line);
  // Written before the runtime took over the streams, such as Node's warnings.
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on("data", (chunk: Buffer) => keep(streamLine(logging, chunk.toString("utf8").trimEnd())));
  }

  const settle = (outcome: Outcome): void => {
    if (state === "busy") state = "idle";
    idleSince = Date.now();
    const done = finish;
    finish = undefined;
    done?.(outcome);
  };

  const die = (error: FailureDetail): void => {
    state = "gone";
    refused(new InitializationError(error));
    settle({ kind: "failure", error });
  };

  worker.on("message", (message: Report) => {
    switch (message.kind) {
      case "ready":
        if (state === "starting") state = "idle";
        return started();
      case "broken":
        void worker.terminate();
        return die(message.error);
      case "console":
        return keep(consoleLine(logging, message.level, message.text));
      case "stream":
        return keep(streamLine(logging, message.text));
      case "result":
      case "failure":
        return settle(message);
    }
  });
  worker.on("error", (error) => die({ errorType: "Runtime.UnhandledError", errorMessage: String(error) }));
  worker.on("exit", (code) => die({ errorType: "Runtime.ExitError", errorMessage: `the runtime exited with ${code}` }));

  return {
    ready,
    state: () => state,
    idleSince: () => idleSince,
    invoke: (message) => {
      const seconds = ((message.deadline - Date.now()) / 1000).toFixed(2);
      state = "busy";
      worker.postMessage(message, []);
      return new Promise((resolve) => {
        const timeout = setTimeout(() => {
          void worker.terminate();
          die({ errorType: "Sandbox.Timedout", errorMessage: `Task timed out after ${seconds} seconds` });
        }, message.deadline - Date.now());
        finish = (outcome) => {
          clearTimeout(timeout);
          resolve(outcome);
        };
      });
    },
    close: async () => {
      state = "gone";
      await worker.terminate();
    },
  };
}

/** Node's default of 48 MB in each thread would keep that much garbage of small events. */
const YOUNG_MB = 8;
