/** Code of an error of Node or the system, such as `EADDRINUSE`; empty for anything else. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
