// The failed logins of one user from one network, by device. A device that logged in here lately is counted apart, and so
// is the first one that fails: a phone with an old password locks itself, and the user's other phones get in. Devices can be
// made up, so the more counts have failures, the longer each lock may grow: all of them together are as slow as one.
import { KNOWN_SECONDS, type LockoutPolicy, lockSeconds, MAX_KNOWN_DEVICES } from "../policy/lockout.ts";
import type { DeviceLogins, FailureCount, LoginHistory } from "../state/login-history.ts";

/** Whether the user logged in from this network lately, with any device. */
export function isKnownNetwork({ devices }: LoginHistory, now: number): boolean {
  return devices.some((device) => isKnown(device, now));
}

/** Whether the user logged in from this network lately with this device. */
export function isKnownDevice({ devices }: LoginHistory, name: string, now: number): boolean {
  return devices.some((device) => device.device === name && isKnown(device, now));
}

/** Epoch seconds until which the device is locked, perhaps past. */
export function lockedUntil(stored: LoginHistory, name: string, policy: LockoutPolicy, now: number): number {
  const history = current(stored, policy, now);
  const { count, last } = countOf(history, name);
  const { pair, forgetSeconds } = policy;
  const failing = [history.others, ...history.devices].filter((counted) => counted.count > 0).length;
  const longestSeconds = Math.min(forgetSeconds, pair.longestSeconds * Math.max(1, failing));
  return last + lockSeconds(count, { ...pair, longestSeconds });
}

export function withFailure(stored: LoginHistory, name: string, policy: LockoutPolicy, now: number): LoginHistory {
  const history = current(stored, policy, now);
  const failed: FailureCount = { count: countOf(history, name).count + 1, last: now };
  if (!hasOwnCount(history, name)) return { ...history, others: failed };
  const own = history.devices.find(({ device }) => device === name) ?? { device: name };
  return { ...history, devices: [...without(history, name), { ...own, ...failed }] };
}

/**
 * A right password resets the failures of the device and those without a device of their own: mostly they were the user's
 * own mistypes. An attacker behind the same address gains a few guesses at each login of the user, every two hours or so.
 */
export function withLogin(stored: LoginHistory, name: string, policy: LockoutPolicy, now: number): LoginHistory {
  const history = current(stored, policy, now);
  const others = without(history, name);
  const known = others
    .filter((device) => isKnown(device, now))
    .toSorted((a, b) => (b.loggedInAt ?? 0) - (a.loggedInAt ?? 0))
    .slice(0, MAX_KNOWN_DEVICES - 1);
  const failing = others.filter((device) => !isKnown(device, now));
  return {
    ...history,
    others: NO_FAILURES,
    devices: [{ device: name, ...NO_FAILURES, loggedInAt: now }, ...known, ...failing],
  };
}

/** Epoch seconds after which nothing of it matters. */
export function historyExpiry({ others, devices }: LoginHistory, { forgetSeconds }: LockoutPolicy): number {
  const ends = devices.map(({ last, loggedInAt = 0 }) => Math.max(last + forgetSeconds, loggedInAt + KNOWN_SECONDS));
  return Math.max(others.last + forgetSeconds, ...ends);
}

export const NO_FAILURES: FailureCount = { count: 0, last: 0 };

/** Without the counts, and the devices, that time has made irrelevant. */
function current(history: LoginHistory, { forgetSeconds }: LockoutPolicy, now: number): LoginHistory {
  const counted = ({ count, last }: FailureCount) => (last + forgetSeconds > now ? { count, last } : NO_FAILURES);
  const devices = history.devices
    .map((device) => ({ ...device, ...counted(device) }))
    .filter((device) => isKnown(device, now) || (device.loggedInAt === undefined && device.count > 0));
  return { ...history, others: counted(history.others), devices };
}

function isKnown({ loggedInAt }: DeviceLogins, now: number): boolean {
  return loggedInAt !== undefined && loggedInAt + KNOWN_SECONDS > now;
}

/** A device that is listed, or the first to fail. */
function hasOwnCount({ devices }: LoginHistory, name: string): boolean {
  return devices.some(({ device }) => device === name) || devices.every(({ loggedInAt }) => loggedInAt !== undefined);
}

function countOf(history: LoginHistory, name: string): FailureCount {
  if (!hasOwnCount(history, name)) return history.others;
  return history.devices.find(({ device }) => device === name) ?? NO_FAILURES;
}

function without({ devices }: LoginHistory, name: string): readonly DeviceLogins[] {
  return devices.filter(({ device }) => device !== name);
}
