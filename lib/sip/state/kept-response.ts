// The final response of one branch, kept while other branches may still bring a better one (RFC 3261 §16.7 steps 5 and 6).
// It is a record of its own, so that what a fork costs does not grow with the responses that came before.
import type { BranchName } from "../tokens/via-branch.ts";

export interface KeptResponse {
  /** {@link keptResponseKey} of its branch. */
  readonly key: string;
  /** Without our Via. */
  readonly response: string;
  /** Epoch seconds; later than the end of any context. */
  readonly expiresAt: number;
}

export function keptResponseKey({ context, index }: BranchName): string {
  return `${context}.${index}`;
}
