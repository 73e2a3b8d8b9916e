// A forwarded request with its branches: one record, replaced as a whole.
import type { Write } from "./record.ts";

export const putContext: Write<"context"> = ({ contexts }, { context }) => {
  const { id, version } = context;
  if ((contexts.get(id)?.version ?? 0) !== version) return "conflict";
  contexts.set(id, { ...context, version: version + 1 });
  return "committed";
};
