// Structured logging: one JSON object a line, which CloudWatch Logs Insights can filter by any field, `callId` above all.
// No line holds a password, token, ticket, key or the body of a message: `test/e2e/logs.test.ts` searches a whole run.

type Fields = Readonly<Record<string, unknown>>;

function line(level: "INFO" | "WARN" | "ERROR", message: string, fields: Fields): string {
  return JSON.stringify({ level, message, ...fields }, (_key, value: unknown) =>
    value instanceof Error ? describe(value) : value,
  );
}

export const log = {
  info: (message: string, fields: Fields = {}): void => console.info(line("INFO", message, fields)),
  warn: (message: string, fields: Fields = {}): void => console.warn(line("WARN", message, fields)),
  error: (message: string, fields: Fields = {}): void => console.error(line("ERROR", message, fields)),
};

/**
 * An error with its name, message and stack and nothing else: those of the SDK carry the request's metadata and, after a
 * failed condition, the item; whoever logs an error with all its properties, as Lambda's runtime does, would write that down.
 */
export function bareError(error: Error): Error {
  const { name, message, stack } = describe(error);
  const bare = new Error(message);
  for (const [key, value] of Object.entries({ name, stack })) {
    Object.defineProperty(bare, key, { value, configurable: true, writable: true, enumerable: false });
  }
  return bare;
}

function describe({ name, message, stack }: Error): { name: string; message: string; stack: string | undefined } {
  return { name, message: withoutCredentials(message), stack: stack && withoutCredentials(stack) };
}

/** An error's text is written by others. AWS repeats a whole request, session token and all, whose signature is wrong. */
function withoutCredentials(text: string): string {
  return text.replace(/\beyJ[\w-]{8,}(?:\.[\w-]*)*|(?<=x-amz-security-token:\s*)[^\s'"\\]+/gi, "…");
}
