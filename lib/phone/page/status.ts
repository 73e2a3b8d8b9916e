/** Status code of a response. The typings promise a response even where a timeout left none. */
export function statusOf(message: unknown): number | undefined {
  const known = typeof message === "object" && message !== null && "status_code" in message;
  return known && typeof message.status_code === "number" ? message.status_code : undefined;
}
