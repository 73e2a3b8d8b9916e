// How often a password may be guessed. A failed login is counted three times: for this user from this network, for the
// network, and for the user from anywhere. The narrower the count, the sooner it locks, so that a stranger's guesses lock
// the stranger out and not the user.

export interface LockoutRule {
  /** Failed logins before the first lock; the last of them triggers it. */
  readonly failures: number;
  /** Seconds of the first lock. Each further failure doubles them. */
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

export interface LockoutPolicy {
  /** One user from one network (an IPv4 address, or the /56 of an IPv6 address): one attacker, one victim. */
  readonly pair: LockoutRule;
  /**
   * One network (an IPv4 address, or the /48 of an IPv6 address), whichever user it names: one password tried on many
   * users. Many legitimate users may share a network.
   */
  readonly source: LockoutRule;
  /**
   * One user from anywhere: a botnet. This lock hits the innocent user too, so it comes last and is the shortest.
   * Connections that have authenticated are not affected.
   */
  readonly aor: LockoutRule;
  /** Seconds after the last failure until a count is forgotten. */
  readonly forgetSeconds: number;
}

export const defaultLockoutPolicy: LockoutPolicy = {
  pair: { failures: 5, firstSeconds: 30, longestSeconds: 900 }, // 96 guesses a day at the longest lock
  source: { failures: 100, firstSeconds: 60, longestSeconds: 3600 },
  aor: { failures: 500, firstSeconds: 30, longestSeconds: 120 },
  forgetSeconds: 7200,
};

/** Seconds a lock lasts after so many failures; 0 for none. */
export function lockSeconds(failures: number, rule: LockoutRule): number {
  if (failures < rule.failures) return 0;
  return Math.min(rule.longestSeconds, rule.firstSeconds * 2 ** (failures - rule.failures));
}
