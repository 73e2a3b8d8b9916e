// How often a password may be guessed. A failed login is counted for this user from this network, for the network, and for
// the user from anywhere; a fourth count, of the connection, locks nothing. The narrower the count, the sooner it locks, so
// that a stranger's guesses lock the stranger out and not the user. A device and a network from which the user logged in
// lately pass the wider locks.

export interface LockoutRule {
  /** Failed logins before the first lock; the last of them triggers it. */
  readonly failures: number;
  /** Seconds of the first lock. Each further failure doubles them. */
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

export interface LockoutPolicy {
  /**
   * One user from one network (an IPv4 address, or the /56 of an IPv6 address): one attacker, one victim. Counted apart for
   * the first device that fails, and for those that logged in there lately; while several of these counts have failures,
   * each lock may last as many times `longestSeconds`, so that all of them allow no more guesses than one.
   */
  readonly pair: LockoutRule;
  /**
   * One network (an IPv4 address, or the /48 of an IPv6 address), whichever user it names: one password tried on many
   * users. Many legitimate users may share a network. A device that logged in there lately passes.
   */
  readonly source: LockoutRule;
  /**
   * Failures of one user from all networks, as a botnet makes them. This lock also refuses the user, so it needs the most
   * failures and is the shortest. Connections that have authenticated are not affected, nor are networks from which the user
   * logged in lately.
   */
  readonly aor: LockoutRule;
  /** Seconds after the last failure until the count of a user from a network is forgotten. */
  readonly forgetSeconds: number;
}

export const defaultLockoutPolicy: LockoutPolicy = {
  pair: { failures: 5, firstSeconds: 30, longestSeconds: 900 }, // 96 guesses a day at the longest lock
  source: { failures: 100, firstSeconds: 60, longestSeconds: 3600 },
  aor: { failures: 500, firstSeconds: 30, longestSeconds: 120 },
  forgetSeconds: 7200,
};

/** 30 days from a right login, in which its device and network are known as the user's. */
export const KNOWN_SECONDS = 2_592_000;

/** Of one user on one network; the one that logged in longest ago is forgotten. */
export const MAX_KNOWN_DEVICES = 4;

/**
 * Seconds from the first failure of a network, or of a user from anywhere, until their count is forgotten: twelve hours. A
 * page with an old password fails at every end of its lock, 96 times a day, and stays below 100.
 */
export function countSeconds({ forgetSeconds }: LockoutPolicy): number {
  return Math.max(43_200, forgetSeconds);
}

/** Seconds a lock lasts after so many failures; 0 for none. */
export function lockSeconds(failures: number, rule: LockoutRule): number {
  if (failures < rule.failures) return 0;
  return Math.min(rule.longestSeconds, rule.firstSeconds * 2 ** (failures - rule.failures));
}
