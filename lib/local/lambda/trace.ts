// Lambda counts the invocations of a chain that goes through a queue: the trace header, which the SDK passes on, carries
// the number. It cuts the chain at about 16, so a timer that sets the next one must end before that.
import { randomBytes } from "node:crypto";

/** Invocations of one chain; Lambda does not make the next one. */
export const longestChain = 16;

/** Trace header of an invocation with `before` others before it in the chain. */
export function traceIdAfter(before: number): string {
  const root = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  return `Root=${root};Parent=${randomBytes(8).toString("hex")};Sampled=0;Lineage=${before + 1}:local:0`;
}

/** Number of invocations before a request with this header; 0 without one. */
export function chainOf(traceId: string | string[] | undefined): number {
  return Number(/Lineage=(\d+):/.exec(String(traceId ?? ""))?.[1] ?? 0);
}
