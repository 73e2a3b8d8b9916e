// Lambda counts how often a chain of its own invocations went through a queue: the trace header, which the SDK passes on,
// carries the number. About 16 and the chain is cut, so a timer that sets the next one must not go on for ever.
import { randomBytes } from "node:crypto";

/** Invocations of one chain; the next one is not made. */
export const longestChain = 16;

/** Trace header of an invocation that `before` others of its chain led to. */
export function traceIdAfter(before: number): string {
  const root = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  return `Root=${root};Parent=${randomBytes(8).toString("hex")};Sampled=0;Lineage=${before + 1}:local:0`;
}

/** How many invocations led to a request with this header; none without one. */
export function chainOf(traceId: string | string[] | undefined): number {
  return Number(/Lineage=(\d+):/.exec(String(traceId ?? ""))?.[1] ?? 0);
}
