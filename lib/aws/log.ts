// Structured logging: one JSON object a line, which CloudWatch Logs Insights can filter by any field, `sip.call_id` above all.
// No line holds a password, token, ticket, key or the body of a message: `test/systems/e2e/logs.test.ts` searches a whole run.
import { errorFacts } from "./bare-error.ts";

type Fields = Readonly<Record<string, unknown>>;

function line(level: "INFO" | "WARN" | "ERROR", message: string, fields: Fields): string {
  const timestamp = level === "INFO" ? {} : { timestamp: new Date().toISOString() };
  const entry = { ...timestamp, level, message, ...fields };
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

/**
 * Set by Lambda to the ApplicationLogLevel of the function's logging configuration, which can be changed without a
 * deployment. Lambda drops lines below it too.
 */
const LEVEL_VARIABLE = "AWS_LAMBDA_LOG_LEVEL";

function isWritten(level: "INFO" | "WARN"): boolean {
  const least = process.env[LEVEL_VARIABLE] ?? "INFO";
  return level === "WARN" ? least !== "ERROR" && least !== "FATAL" : !LOUDER.has(least);
}

const LOUDER: ReadonlySet<string> = new Set(["WARN", "ERROR", "FATAL"]);

/**
 * Past the console, because Lambda's console puts each line as a text into an object of its own. Lambda takes a line from the
 * standard output for one of level INFO unless it has a timestamp (AWS: "Log-level filtering"), so lines of INFO need none.
 */
function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

export const log = {
  info: (message: string, fields: Fields = {}): void => {
    if (isWritten("INFO")) write(line("INFO", message, fields));
  },
  warn: (message: string, fields: Fields = {}): void => {
    if (isWritten("WARN")) write(line("WARN", message, fields));
  },
  error: (message: string, fields: Fields = {}): void => write(line("ERROR", message, fields)),
};
