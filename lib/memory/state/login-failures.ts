// Counts of failed logins. A count past its expiry is 0.
import type { Write } from "./record.ts";

export const countFailure: Write<"failed login"> = ({ loginFailures }, { key, at, forgetAt }) => {
  const stored = loginFailures.get(key);
  const { count, expiresAt } =
    stored !== undefined && stored.expiresAt > at ? stored : { count: 0, expiresAt: forgetAt };
  loginFailures.set(key, { key, count: count + 1, last: at, expiresAt });
  return "committed";
};
