// Structured logging: one JSON object a line, which CloudWatch Logs Insights can filter by any field, `callId` above all.
// No line holds a password, token, ticket, key or the body of a message: `test/e2e/logs.test.ts` searches a whole run.
import { errorFacts } from "./bare-error.ts";

type Fields = Readonly<Record<string, unknown>>;

function line(level: "INFO" | "WARN" | "ERROR", message: string, fields: Fields): string {
  return JSON.stringify({ level, message, ...fields }, (_key, value: unknown) =>
    value instanceof Error ? errorFacts(value) : value,
  );
}

export const log = {
  info: (message: string, fields: Fields = {}): void => console.info(line("INFO", message, fields)),
  warn: (message: string, fields: Fields = {}): void => console.warn(line("WARN", message, fields)),
  error: (message: string, fields: Fields = {}): void => console.error(line("ERROR", message, fields)),
};
