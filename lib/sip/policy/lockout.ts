// How often a password may be guessed. A login is counted three times over: for this user from this network, for the
// network, and for the user from anywhere. The narrower the count, the sooner it locks, so that a stranger's guesses lock
// out the stranger and not the user.

export interface LockoutRule {
  /** So many failed logins are nobody's business; the last of them locks. */
  readonly failures: number;
  /** Seconds of the first lock. Each failure after it doubles them. */
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

export interface LockoutPolicy {
  /** One user from one network (an IPv4 address, or the /64 of an IPv6 address): somebody who guesses. */
  readonly pair: LockoutRule;
  /** One network, whoever it says to be: one password tried on many users. An office of honest people is one as well. */
  readonly source: LockoutRule;
  /**
   * One user from anywhere: a botnet. It locks out the user too, who has done nothing, so it locks last and for the
   * shortest time. Who is connected already talks on.
   */
  readonly aor: LockoutRule;
  /** Seconds after the last failure when a count is forgotten. */
  readonly forgetSeconds: number;
}

export const defaultLockoutPolicy: LockoutPolicy = {
  pair: { failures: 5, firstSeconds: 30, longestSeconds: 900 }, // at its longest 96 guesses a day
  source: { failures: 100, firstSeconds: 60, longestSeconds: 3600 },
  aor: { failures: 500, firstSeconds: 30, longestSeconds: 120 },
  forgetSeconds: 7200,
};

/** Seconds a lock lasts after so many failures; 0 for none. */
export function lockSeconds(failures: number, rule: LockoutRule): number {
  if (failures < rule.failures) return 0;
  return Math.min(rule.longestSeconds, rule.firstSeconds * 2 ** (failures - rule.failures));
}
