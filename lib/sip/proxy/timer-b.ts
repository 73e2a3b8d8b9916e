// Timer B of a branch (RFC 3261 §17.1.1.2).
import { TIMEOUT_SECONDS } from "../policy/timers.ts";
import type { ClientBranch } from "../state/response-context.ts";

/** Epoch seconds. It fires with the first timer of the context for the branches that began with their group. */
export function silentFrom({ rungAt }: ClientBranch): number {
  return rungAt === undefined ? 0 : rungAt + TIMEOUT_SECONDS;
}
