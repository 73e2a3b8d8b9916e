// Lockout: guessing passwords gets slower with every failure. Failures are counted before the response is sent, and a
// locked login is not judged at all, so a right guess looks like a wrong one. The numbers are in `policy/lockout.ts`.
import { createHash } from "node:crypto";
import { type LockoutPolicy, lockSeconds } from "../policy/lockout.ts";
import type { Change } from "../state/change.ts";
import type { LoginFailures } from "../state/login-failures.ts";
import type { Aor } from "../syntax/aor.ts";
import { field } from "../syntax/message.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { FlowId } from "../transport/endpoint.ts";
import type { World } from "../world.ts";
import { networkOf } from "./source.ts";

export interface Counter {
  /** "flow" locks nothing: a connection that failed a login is kept, so that it does not come back at once. */
  readonly rule: Exclude<keyof LockoutPolicy, "forgetSeconds"> | "flow";
  /** A hash: the table holds neither names nor addresses. */
  readonly key: string;
}

/** The counters of a login. Without a source address (AWS always gives one) only the user and the connection count. */
export function countersOf(aor: Aor, source: string | undefined, flow: FlowId): readonly Counter[] {
  const user: readonly Counter[] = [{ rule: "aor", key: keyOf("aor", aor) }, flowCounter(flow)];
  if (source === undefined) return user;
  return [
    { rule: "pair", key: keyOf("pair", `${networkOf(source, SUBSCRIBER_BITS)}\n${aor}`) },
    { rule: "source", key: keyOf("source", networkOf(source, SITE_BITS)) },
    ...user,
  ];
}

/** The counter of the failed logins of one connection. */
export function flowCounter(flow: FlowId): Counter {
  return { rule: "flow", key: keyOf("flow", flow) };
}

/** RFC 6177 §2: an IPv6 subscriber is given a /56 and a site up to a /48, and could guess from each /64 in it. */
const SUBSCRIBER_BITS = 56;
const SITE_BITS = 48;

/** 128 bits in base64url. */
const KEY_LENGTH = 22;

function keyOf(rule: Counter["rule"], text: string): string {
  return `${rule}.${createHash("sha256").update(text).digest("base64url").slice(0, KEY_LENGTH)}`;
}

/** Seconds until the longest of the locks ends; 0 without a lock. */
export function lockedFor(
  counters: readonly Counter[],
  stored: readonly LoginFailures[],
  { now, settings }: Pick<World, "now" | "settings">,
): number {
  const ends = counters.map(({ rule, key }) => {
    if (rule === "flow") return now;
    const counted = stored.find((failures) => failures.key === key && failures.expiresAt > now);
    return counted === undefined ? now : counted.last + lockSeconds(counted.count, settings.lockout[rule]);
  });
  return Math.max(now, ...ends) - now;
}

/**
 * 503 with Retry-After (RFC 3261 §21.5.4), because a client comes back from it by itself. 403 says never to try again,
 * 480 that another user cannot be reached, and 429 is HTTP's: in SIP it concerns referrers (RFC 3892 §5).
 */
export function lockedOut(seconds: number, source: string | undefined): Reply {
  const detail = `from ${source ?? "an unknown address"}, for ${seconds} s`;
  return refusal("login-locked", { fields: [field("Retry-After", seconds)], detail });
}

/**
 * A right password resets the failures of this user from this network: mostly they were the user's own mistypes. An
 * attacker behind the same address gains a few guesses at each login of the user, every two hours or so. The reset is
 * stored only if the count is still the one that was read, 0 included: a right guess among many that were sent side by
 * side is decided again like the wrong ones.
 */
export function forgivenLogins(
  counters: readonly Counter[],
  stored: readonly LoginFailures[],
  { now, settings }: Pick<World, "now" | "settings">,
): readonly Change[] {
  const forgetAt = now + settings.lockout.forgetSeconds;
  return counters
    .filter(({ rule }) => rule === "pair")
    .map(({ key }) => ({ kind: "forgiven logins", key, count: countOf(key, stored, now), at: now, forgetAt }));
}

/** The count that was read under a key; 0 without a row. */
function countOf(key: string, stored: readonly LoginFailures[], now: number): number {
  return stored.find((failures) => failures.key === key && failures.expiresAt > now)?.count ?? 0;
}

/**
 * One failure more under each counter. That of the pair is stored only if the count is still the one that was read: of
 * guesses that were judged side by side, all but the first are decided again, and find the lock.
 */
export function failedLogin(
  counters: readonly Counter[],
  stored: readonly LoginFailures[],
  { now, settings }: Pick<World, "now" | "settings">,
): readonly Change[] {
  const forgetAt = now + settings.lockout.forgetSeconds;
  return counters.map(({ rule, key }) => ({
    kind: "failed login",
    key,
    at: now,
    forgetAt,
    ...(rule === "pair" && { read: countOf(key, stored, now) }),
  }));
}
