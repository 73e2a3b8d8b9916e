// Requests that their addressee does not want (RFC 3261 §16.5, §21.4.18, §21.6.2): of users that it has blocked, and any call
// while it is not to be disturbed.
import type { RoutingPolicy } from "../state/routing-policy.ts";
import type { Search } from "./target-set.ts";

/** Of several addresses of the sender, such as that in From and that of its gateway, one is enough. */
export function isBlocked({ blocked = [] }: RoutingPolicy, { callers }: Pick<Search, "callers">): boolean {
  if (blocked.length === 0) return false;
  const meant = new Set(blocked);
  return callers.some((caller) => meant.has(caller) || meant.has(`sip:*${caller.slice(caller.lastIndexOf("@"))}`));
}

/** A call that replaces one of the user's (RFC 3891) is one that it expects. */
export function isUndisturbed({ doNotDisturb }: RoutingPolicy, { isNewCall }: Pick<Search, "isNewCall">): boolean {
  return doNotDisturb === true && isNewCall;
}
