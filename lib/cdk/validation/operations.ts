import { Token } from "aws-cdk-lib/core";
import { megabytes } from "../function-defaults.ts";
import type { FunctionSize, OperationProps } from "../props/operations.ts";

/** Problems of log level, functions, tables, rotation and records. */
export function operationProblems(props: OperationProps): string[] {
  const { logLevel, logShare = 1, functions = {}, tablePrefix, rotationDays, dashboard } = props;
  const problems = Object.entries(functions).flatMap(([name, size]) => sizeProblems(name, size));
  if (logLevel !== undefined && !levels.has(logLevel)) {
    problems.push(`logLevel is "${logLevel}": it can be ${[...levels].join(", ")}.`);
  }
  if (!Token.isUnresolved(logShare) && !(logShare >= 0 && logShare <= 1)) {
    problems.push(`logShare is ${logShare}: set it to 0 to 1, such as 0.1 for a tenth of the calls.`);
  }
  if (tablePrefix !== undefined && !Token.isUnresolved(tablePrefix) && !TABLE_PREFIX.test(tablePrefix)) {
    problems.push(`tablePrefix is "${tablePrefix}": write letters, digits, "_", "." and "-", up to 200.`);
  }
  if (rotationDays !== undefined && !isWithin(rotationDays, 1, 1000)) {
    problems.push(`rotationDays is ${rotationDays}: Secrets Manager rotates every 1 to 1000 days.`);
  }
  if (dashboard !== undefined && !dashboards.has(dashboard)) {
    problems.push(`dashboard is "${dashboard}": it can be true, false or "live".`);
  }
  return [...problems, ...recordProblems(props)];
}

function recordProblems({ records, logLevel = "INFO", logShare = 1 }: OperationProps): string[] {
  if (records === undefined) return [];
  const { days, metrics } = records;
  const problems: string[] = [];
  if (days !== undefined && !isWithin(days, 1, 3650)) problems.push(`records.days is ${days}: set it to 1 to 3650.`);
  if (metrics !== undefined && !metricDetails.has(metrics)) {
    problems.push(`records.metrics is "${metrics}": it can be ${[...metricDetails].join(", ")}.`);
  }
  if (logLevel !== "INFO") {
    problems.push(`records needs logLevel "INFO", not "${logLevel}": it is made of the lines of calls that succeed.`);
  }
  if (logShare !== 1) {
    problems.push(`records needs every call in the log: leave logShare out, or records.`);
  }
  return problems;
}

/** A table's key is written for each of its Regions, so CDK must know the Region. */
export function keyProblems({ encryptionKey }: OperationProps, region: string): string[] {
  if (encryptionKey === undefined || !Token.isUnresolved(region)) return [];
  return ['encryptionKey needs a stack with a Region: new Stack(app, "Phones", { env: { region: "eu-central-1" } }).'];
}

function sizeProblems(name: string, { memoryMegabytes, provisionedConcurrency }: FunctionSize): string[] {
  const problems: string[] = [];
  if (!Object.hasOwn(megabytes, name)) {
    problems.push(`functions has "${name}": the functions are ${Object.keys(megabytes).join(", ")}.`);
  }
  if (memoryMegabytes !== undefined && !isWithin(memoryMegabytes, 128, 10_240)) {
    problems.push(`functions.${name}.memoryMegabytes is ${memoryMegabytes}: set it to 128 to 10240.`);
  }
  if (provisionedConcurrency !== undefined && !isWithin(provisionedConcurrency, 1, 10_000)) {
    problems.push(`functions.${name}.provisionedConcurrency is ${provisionedConcurrency}: set it to 1 or more.`);
  }
  return problems;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most);
}

const levels: ReadonlySet<string> = new Set(["INFO", "WARN", "ERROR"]);

const dashboards: ReadonlySet<unknown> = new Set([true, false, "live"]);

const metricDetails: ReadonlySet<string> = new Set(["total", "by domain"]);

/** DynamoDB allows 255 characters with the table's own name. */
const TABLE_PREFIX = /^[\w.-]{1,200}$/;
