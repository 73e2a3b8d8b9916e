// Log lines of the functions and of the cloud itself, as printed and as tests read them.

export type Level = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL" | "REPORT";

export interface LogEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: Level;
  /** Label of the function, or `cloud`. */
  readonly source: string;
  /** Invocation that wrote it. */
  readonly requestId?: string;
  /** As written; structured logs are one JSON object. */
  readonly text: string;
  /** As CloudWatch Logs would bill the line; absent for those of the cloud itself. */
  readonly octets?: number;
}

interface Origin {
  readonly requestId?: string | undefined;
  readonly octets?: number;
}

export type LogSink = (entry: LogEntry) => void;

/** Stores lines and passes them on. */
export interface Log {
  readonly entries: readonly LogEntry[];
  write(level: Level, source: string, text: string, origin?: Origin): void;
}

/** @param limit lines to keep; the oldest are dropped first */
export function createLog(sink: LogSink | undefined, limit = 20_000): Log {
  const entries: LogEntry[] = [];
  return {
    entries,
    write: (level, source, text, { requestId, octets } = {}) => {
      const of = { ...(requestId !== undefined && { requestId }), ...(octets !== undefined && { octets }) };
      const entry = { at: Date.now(), level, source, text, ...of };
      if (entries.length >= limit) entries.splice(0, limit / 2);
      entries.push(entry);
      sink?.(entry);
    },
  };
}
