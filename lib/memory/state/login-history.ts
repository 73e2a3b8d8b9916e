// The logins of one user from one network: one record, replaced as a whole.
import type { Write } from "./record.ts";

export const putLoginHistory: Write<"login history"> = ({ loginHistories }, { history }) => {
  const { key, version } = history;
  if ((loginHistories.get(key)?.version ?? 0) !== version) return "conflict";
  loginHistories.set(key, { ...history, version: version + 1 });
  return "committed";
};
