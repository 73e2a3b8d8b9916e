import type { DueTimer } from "../../signaling.ts";

/** Decodes the body of a timer message. Throws on anything else: only we write to the queue. */
export function parseTimer(body: string): DueTimer {
  const value: unknown = JSON.parse(body);
  if (typeof value === "object" && value !== null && "context" in value && "epoch" in value) {
    const { context, epoch } = value;
    if (typeof context === "string" && typeof epoch === "number") return { context, epoch };
  }
  throw new TypeError(`not a timer: ${body.slice(0, 100)}`);
}
