// Lockout: guessing passwords gets slower with every failure. Failures are counted before the response is sent, and a
// locked login is not judged at all, so a right guess looks like a wrong one. The numbers are in `policy/lockout.ts`.
import { createHash } from "node:crypto";
import { type LockoutPolicy, lockSeconds } from "../policy/lockout.ts";
import type { Change } from "../state/change.ts";
import type { LoginFailures } from "../state/login-failures.ts";
import type { Aor } from "../syntax/aor.ts";
import { field } from "../syntax/message.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { sourceOf } from "./source.ts";

export interface Counter {
  readonly rule: Exclude<keyof LockoutPolicy, "forgetSeconds">;
  /** A hash: the table holds neither names nor addresses. */
  readonly key: string;
}

/** The counters of a login. Without a source address (AWS always gives one) only the user's counts. */
export function countersOf(aor: Aor, source: string | undefined): readonly Counter[] {
  const user: Counter = { rule: "aor", key: keyOf("aor", aor) };
  if (source === undefined) return [user];
  const network = sourceOf(source);
  return [
    { rule: "pair", key: keyOf("pair", `${network}\n${aor}`) },
    { rule: "source", key: keyOf("source", network) },
    user,
  ];
}

/** 128 bits in base64url. */
const KEY_LENGTH = 22;

function keyOf(rule: Counter["rule"], text: string): string {
  return `${rule}.${createHash("sha256").update(text).digest("base64url").slice(0, KEY_LENGTH)}`;
}

/** Seconds until the longest of the locks ends; 0 if there is none. */
export function lockedFor(
  counters: readonly Counter[],
  stored: readonly LoginFailures[],
  { now, settings }: Pick<World, "now" | "settings">,
): number {
  const ends = counters.map(({ rule, key }) => {
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
 * attacker behind the same address gains a few guesses at each login of the user, every two hours or so.
 */
export function forgivenLogins(
  counters: readonly Counter[],
  stored: readonly LoginFailures[],
  { now }: Pick<World, "now">,
): readonly Change[] {
  const pair = counters.find(({ rule }) => rule === "pair");
  return stored
    .filter(({ key, count, expiresAt }) => key === pair?.key && count > 0 && expiresAt > now)
    .map(({ key, count }) => ({ kind: "forgiven logins", key, count }));
}

export function failedLogin(
  counters: readonly Counter[],
  { now, settings }: Pick<World, "now" | "settings">,
): readonly Change[] {
  const forgetAt = now + settings.lockout.forgetSeconds;
  return counters.map(({ key }) => ({ kind: "failed login", key, at: now, forgetAt }));
}
