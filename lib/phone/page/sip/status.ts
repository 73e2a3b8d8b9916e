/** Status code of a response. The typings of JsSIP promise a response even where a timeout left none. */
export function statusOf(message: unknown): number | undefined {
  return isMessage(message) && typeof message.status_code === "number" ? message.status_code : undefined;
}

/** A header of a message, undefined without a message or header. */
export function headerOf(message: unknown, name: string): string | undefined {
  if (!isMessage(message) || typeof message.getHeader !== "function") return undefined;
  const value: unknown = message.getHeader(name);
  return typeof value === "string" ? value : undefined;
}

/** The reason phrase of a response. */
export function phraseOf(message: unknown): string | undefined {
  return isMessage(message) && typeof message.reason_phrase === "string" ? message.reason_phrase : undefined;
}

/** The body of a message, empty without one. */
export function bodyOf(message: unknown): string {
  return isMessage(message) && typeof message.body === "string" ? message.body : "";
}

interface MaybeMessage {
  readonly body?: unknown;
  readonly status_code?: unknown;
  readonly reason_phrase?: unknown;
  getHeader?(name: string): unknown;
}

function isMessage(message: unknown): message is MaybeMessage {
  return typeof message === "object" && message !== null;
}
