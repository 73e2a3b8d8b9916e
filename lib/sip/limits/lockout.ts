// Guessing passwords takes longer and longer. Counted is who failed, before the answer goes out; whoever is locked out is
// not judged at all, so a right guess looks like a wrong one. The numbers are in `policy/lockout.ts`.
import { createHash } from "node:crypto";
import type { Aor } from "../syntax/aor.ts";
import type { Refusal } from "../uas/reply.ts";
import { field } from "../syntax/message.ts";
import { sourceOf } from "./source.ts";
import type { Change, LoginFailures, World } from "../world.ts";
import { lockSeconds, type LockoutPolicy } from "../policy/lockout.ts";

export interface Counter {
  readonly rule: Exclude<keyof LockoutPolicy, "forgetSeconds">;
  /** Neither names nor addresses: a hash, so that nobody's whereabouts lie in a table. */
  readonly key: string;
}

/** What a login counts under. A frame without a source (there is none on AWS) counts for the user alone. */
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
export function lockedFor(counters: readonly Counter[], seen: readonly LoginFailures[], world: World): number {
  const { now, settings } = world;
  const ends = counters.map(({ rule, key }) => {
    const counted = seen.find((failures) => failures.key === key && failures.expiresAt > now);
    return counted === undefined ? now : counted.last + lockSeconds(counted.count, settings.lockout[rule]);
  });
  return Math.max(now, ...ends) - now;
}

/**
 * 503 (RFC 3261 §21.5.4), because that is what a client comes back from by itself, after Retry-After. 403 says never to
 * try again, 480 that somebody else cannot be reached, and 429 is of HTTP: in SIP it is about referrers (RFC 3892 §5).
 */
export function lockedOut(seconds: number): Refusal {
  return { status: 503, reason: "Too Many Failed Logins", fields: [field("Retry-After", seconds)] };
}

/**
 * A right password forgives the wrong ones of this user from this network: mostly they were the user's own. Whoever
 * guesses behind the same address gains a few guesses each time the user logs in, every two hours or so.
 */
export function forgivenLogins(
  counters: readonly Counter[],
  seen: readonly LoginFailures[],
  { now }: World,
): readonly Change[] {
  const pair = counters.find(({ rule }) => rule === "pair");
  return seen
    .filter(({ key, count, expiresAt }) => key === pair?.key && count > 0 && expiresAt > now)
    .map(({ key, count }) => ({ kind: "forgiven logins", key, count }));
}

export function failedLogin(counters: readonly Counter[], { now, settings }: World): readonly Change[] {
  const forgetAt = now + settings.lockout.forgetSeconds;
  return counters.map(({ key }) => ({ kind: "failed login", key, at: now, forgetAt }));
}
