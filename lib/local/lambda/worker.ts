// The runtime of a function in its own thread: loads the handler, runs one event at a time, and reports what the handler
// writes to the console.
import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import type { FailureDetail, InvokeMessage, Report, RuntimeOptions } from "./messages.ts";

type Handler = (event: unknown, context: object) => unknown;

const options: RuntimeOptions = workerData;
const report = (message: Report): void => parentPort?.postMessage(message, []);

const levels = { debug: "DEBUG", trace: "TRACE", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" } as const;
for (const [method, level] of Object.entries(levels)) {
  const write = (...values: unknown[]) => report({ kind: "console", level, text: textOf(level, values) });
  Object.assign(console, { [method]: write });
}

// A thread's own streams reach the cloud later than its messages do.
for (const stream of [process.stdout, process.stderr]) {
  Object.assign(stream, {
    write: (chunk: string | Uint8Array) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      for (const line of text.trimEnd().split("\n")) report({ kind: "stream", text: line });
      return true;
    },
  });
}

let currentRequestId: string | undefined;

/** As Lambda's runtime writes it: in the format JSON, a text is wrapped, one that is JSON already too. */
function textOf(level: string, values: readonly unknown[]): string {
  if (process.env["AWS_LAMBDA_LOG_FORMAT"] !== "JSON") return format(...values);
  const message = values.length === 1 ? values[0] : format(...values);
  const entry = { timestamp: new Date().toISOString(), level, requestId: currentRequestId, message };
  return JSON.stringify(entry, (_key, value: unknown) => (value instanceof Error ? errorFieldsOf(value) : value));
}

function errorFieldsOf(error: Error): object {
  const { name: errorType, message: errorMessage, stack } = error;
  return Object.assign({ errorType, errorMessage, stackTrace: stack?.split("\n") }, error);
}

// An ES module's import of node:http reads all its exports, one of which loads Node's WebSocket client: half of the time
// that a small function needs to start (nodejs/node#59686). The modules made here have all other exports.
const withoutWebSocket = new Set(["node:http", "node:https", "http", "https"]);
nodeModule.registerHooks?.({
  resolve: (specifier, context, next) => {
    const isFacade = withoutWebSocket.has(specifier) && context.conditions.includes("import"); // `require` is lazy
    return isFacade ? { url: facadeOf(specifier), shortCircuit: true } : next(specifier, context);
  },
});

function facadeOf(name: string): string {
  const lazy = new Set(["WebSocket", "CloseEvent", "MessageEvent"]);
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter((key) => !lazy.has(key));
  const builtin = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const code = `const all = ${builtin}; export default all; export const { ${names.join(", ")} } = all;`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

// Node reads this variable at the start of a process; on Lambda each environment is one. Like Node, this ignores a missing file:
// deployed functions may name one that only Lambda has.
const certificates = process.env["NODE_EXTRA_CA_CERTS"];
if (certificates !== undefined && existsSync(certificates)) {
  const tls = process.getBuiltinModule("node:tls");
  tls.setDefaultCACertificates?.([...tls.getCACertificates(), readFileSync(certificates, "utf8")]);
}

// The variable NODE_COMPILE_CACHE of this machine, which the function does not see: a sixth of the CPU of a start.
if (options.compileCache !== undefined) nodeModule.enableCompileCache?.(options.compileCache);

const startedAt = performance.now();
const loaded = await load();
if (typeof loaded === "function") {
  report({ kind: "ready", importMs: performance.now() - startedAt });
  parentPort?.on("message", (message: InvokeMessage) => void invoke(loaded, message));
} else {
  report({ kind: "broken", error: loaded });
}

/** The exported handler, or the reason why it cannot be loaded. */
async function load(): Promise<Handler | FailureDetail> {
  const dot = options.handler.lastIndexOf(".");
  const [file, name] = [options.handler.slice(0, dot), options.handler.slice(dot + 1)];
  const path = [".mjs", ".js", ".cjs"].map((ending) => join(options.code, file + ending)).find(existsSync);
  if (path === undefined) {
    return { errorType: "Runtime.ImportModuleError", errorMessage: `Cannot find module '${file}' in ${options.code}` };
  }
  try {
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
    const handler = module[name];
    if (isHandler(handler)) return handler;
    return { errorType: "Runtime.HandlerNotFound", errorMessage: `${options.handler} is undefined or not exported` };
  } catch (error) {
    return detailOf(error);
  }
}

function isHandler(value: unknown): value is Handler {
  return typeof value === "function";
}

async function invoke(handler: Handler, { requestId, event, deadline, traceId }: InvokeMessage): Promise<void> {
  process.env["_X_AMZN_TRACE_ID"] = traceId;
  currentRequestId = requestId;
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, deadline));
    report({ kind: "result", payload: JSON.stringify(result) ?? "null" });
  } catch (error) {
    report({ kind: "failure", error: detailOf(error) });
  }
}

function contextOf(awsRequestId: string, deadline: number): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: "$LATEST",
    functionName: options.functionName,
    memoryLimitInMB: String(options.memoryMb),
    logGroupName: process.env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: process.env["AWS_LAMBDA_LOG_STREAM_NAME"],
    invokedFunctionArn: options.functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function detailOf(error: unknown): FailureDetail {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const { name, message, stack } = error;
  return { errorType: name, errorMessage: message, ...(stack === undefined ? {} : { stack }) };
}
