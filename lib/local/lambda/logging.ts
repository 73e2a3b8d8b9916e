// The part of a function's output that CloudWatch Logs stores, by the LoggingConfig of its template (AWS: "Configuring advanced
// logging controls for Lambda functions"). In the format JSON, lines have levels and those below the configured ones are not
// stored; in the format Text, everything is, with Lambda's START, END and REPORT around it.
import { AssemblyError } from "../assembly/template.ts";
import { type Json, objectAt, parseObject, textAt } from "../json.ts";

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type LambdaLevel = (typeof LEVELS)[number];

export interface Logging {
  readonly format: "Text" | "JSON";
  /** Least levels of the function's lines and of Lambda's own. */
  readonly application: LambdaLevel;
  readonly system: LambdaLevel;
}

/** A line as it is stored. */
export interface StoredLine {
  readonly level: LambdaLevel;
  readonly text: string;
  /** As CloudWatch Logs bills them. */
  readonly octets: number;
}

export function loggingOf(properties: Json, logicalId: string): Logging {
  const config = objectAt(properties, "LoggingConfig");
  const format = textAt(config, "LogFormat") ?? "Text";
  if (format !== "Text" && format !== "JSON") throw new AssemblyError(`${logicalId}: LogFormat is ${format}`);
  return {
    format,
    application: levelOf(textAt(config, "ApplicationLogLevel")) ?? "INFO",
    system: levelOf(textAt(config, "SystemLogLevel")) ?? "INFO",
  };
}

/** Variables by which Lambda tells its runtime; a function may read them. */
export function loggingVariables({ format, application }: Logging): Readonly<Record<string, string>> {
  return format === "JSON"
    ? { AWS_LAMBDA_LOG_FORMAT: format, AWS_LAMBDA_LOG_LEVEL: application }
    : { AWS_LAMBDA_LOG_FORMAT: format };
}

/** A line that the runtime wrote for the console of the function, which has its level already. */
export function consoleLine(logging: Logging, level: LambdaLevel, text: string): StoredLine | undefined {
  if (logging.format === "Text") return { level, text, octets: storedOctets(text) + TEXT_PREFIX };
  return isBelow(level, logging.application) ? undefined : { level, text, octets: storedOctets(text) };
}

/**
 * A line that the function wrote to standard output itself. Lambda believes the level of a line that is a JSON object with
 * a valid timestamp; any other line has the level INFO.
 */
export function streamLine(logging: Logging, text: string): StoredLine | undefined {
  const stated = logging.format === "JSON" ? statedLevel(text) : undefined;
  const level = stated ?? "INFO";
  if (logging.format === "JSON" && isBelow(level, logging.application)) return undefined;
  return { level, text, octets: storedOctets(text) };
}

interface Invocation {
  readonly requestId: string;
  readonly milliseconds: number;
  readonly memoryMb: number;
  /** Of a failure. */
  readonly errorType: string | undefined;
}

/** Lambda's own lines about an invocation. */
export function platformLines(logging: Logging, invocation: Invocation): readonly StoredLine[] {
  const texts = logging.format === "Text" ? textLines(invocation) : jsonLines(logging, invocation);
  return texts.map((text) => ({ level: "INFO", text, octets: storedOctets(text) }));
}

function textLines({ requestId, milliseconds, memoryMb }: Invocation): readonly string[] {
  const id = `RequestId: ${requestId}`;
  const [duration, billed] = [milliseconds.toFixed(2), Math.ceil(milliseconds)];
  return [
    `START ${id} Version: $LATEST`,
    `END ${id}`,
    `REPORT ${id}\tDuration: ${duration} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${memoryMb} MB\t`,
  ];
}

/** `platform.start` is of level INFO, and so is the report of a success; the report of a failure is of level WARN. */
function jsonLines(
  { system }: Logging,
  { requestId, milliseconds, memoryMb, errorType }: Invocation,
): readonly string[] {
  const time = new Date().toISOString();
  const isFailure = errorType !== undefined;
  const status = !isFailure ? "success" : errorType === "Sandbox.Timedout" ? "timeout" : "error";
  const metrics = {
    durationMs: Number(milliseconds.toFixed(3)),
    billedDurationMs: Math.ceil(milliseconds),
    memorySizeMB: memoryMb,
    maxMemoryUsedMB: memoryMb,
  };
  const start = { time, type: "platform.start", record: { requestId, version: "$LATEST" } };
  const report = { time, type: "platform.report", record: { requestId, metrics, status } };
  return [
    ...(isBelow("INFO", system) ? [] : [start]),
    ...(isBelow(isFailure ? "WARN" : "INFO", system) ? [] : [report]),
  ].map((record) => JSON.stringify(record));
}

/** CloudWatch Logs adds 26 octets to every line. */
function storedOctets(text: string): number {
  return Buffer.byteLength(text) + 26;
}

/** Time, request id and level, with a tab after each, as the runtime writes them in the format Text. */
const TEXT_PREFIX = 24 + 1 + 36 + 1 + 4 + 1;

function statedLevel(text: string): LambdaLevel | undefined {
  const fields = parseObject(text);
  const timestamp = textAt(fields, "timestamp");
  return timestamp !== undefined && RFC_3339.test(timestamp) ? levelOf(textAt(fields, "level")) : undefined;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function levelOf(name: string | undefined): LambdaLevel | undefined {
  return LEVELS.find((level) => level === name?.toUpperCase());
}

function isBelow(level: LambdaLevel, least: LambdaLevel): boolean {
  return LEVELS.indexOf(level) < LEVELS.indexOf(least);
}
