// The stored counts of failed logins.
import type { Network } from "./network.ts";

/** Of each user from a network, then of each network, user and connection. */
export function loginCounts({ state }: Network): readonly number[] {
  const histories = [...state.rows.loginHistories.values()].map(({ others, devices }) => {
    return devices.reduce((sum, { count }) => sum + count, others.count);
  });
  return [...histories, ...[...state.rows.loginFailures.values()].map(({ count }) => count)];
}
