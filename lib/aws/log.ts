// Structured logging: one JSON object a line, which CloudWatch Logs Insights can filter by any field, `sip.call_id` above all.
// No line holds a password, token, ticket, key or the body of a message: `test/systems/e2e/logs.test.ts` searches a whole run.
import { errorFacts } from "./bare-error.ts";

type Fields = Readonly<Record<string, unknown>>;

function line(level: "INFO" | "WARN" | "ERROR", message: string, fields: Fields): string {
  const entry = { level, message, ...fields };
  const hasError = Object.values(fields).some((value) => value instanceof Error);
  return (hasError ? JSON.stringify(entry, reduced) : JSON.stringify(entry)).replace(UNSAFE, escaped);
}

function reduced(_key: string, value: unknown): unknown {
  return value instanceof Error ? errorFacts(value) : value;
}

/**
 * Characters that JSON need not escape (RFC 8259 §7) and that peers can put into a header: some log readers end a line at them
 * (U+0085, U+2028, U+2029), some execute them (other C1 controls), some reverse the text (bidirectional marks).
 */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Environment variable with the least level that is written. Errors are written whatever it says: alarms count them. */
export const LEVEL_VARIABLE = "LOG_LEVEL";

/** Set by Lambda from the function's logging configuration, which can be changed without a deployment. It comes first. */
const LAMBDA_LEVEL_VARIABLE = "AWS_LAMBDA_LOG_LEVEL";

function isWritten(level: "INFO" | "WARN"): boolean {
  const least = process.env[LAMBDA_LEVEL_VARIABLE] ?? process.env[LEVEL_VARIABLE] ?? "INFO";
  return level === "WARN" ? least !== "ERROR" && least !== "FATAL" : !LOUDER.has(least);
}

const LOUDER: ReadonlySet<string> = new Set(["WARN", "ERROR", "FATAL"]);

export const log = {
  info: (message: string, fields: Fields = {}): void => {
    if (isWritten("INFO")) console.info(line("INFO", message, fields));
  },
  warn: (message: string, fields: Fields = {}): void => {
    if (isWritten("WARN")) console.warn(line("WARN", message, fields));
  },
  error: (message: string, fields: Fields = {}): void => console.error(line("ERROR", message, fields)),
};
