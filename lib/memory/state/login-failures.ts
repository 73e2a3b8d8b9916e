// Counts of failed logins. A count past its expiry is 0.
import type { Rows, Write } from "./record.ts";

export const countFailure: Write<"failed login"> = (rows, { key, at, forgetAt, read }) => {
  const count = countAt(rows, key, at);
  if (read !== undefined && read !== count) return "conflict";
  rows.loginFailures.set(key, { key, count: count + 1, last: at, expiresAt: forgetAt });
  return "committed";
};

/** The row stays, with the count 0: a failure that is added meanwhile makes this a conflict. */
export const forgive: Write<"forgiven logins"> = (rows, { key, count, at, forgetAt }) => {
  if (countAt(rows, key, at) !== count) return "conflict";
  rows.loginFailures.set(key, { key, count: 0, last: at, expiresAt: forgetAt });
  return "committed";
};

function countAt({ loginFailures }: Rows, key: string, now: number): number {
  const counted = loginFailures.get(key);
  return counted !== undefined && counted.expiresAt > now ? counted.count : 0;
}
