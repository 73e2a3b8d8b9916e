// A forwarded request with its branches: one record, replaced as a whole or by the progress of one branch.
import { withBranchChanged } from "../../sip/state/branch-change.ts";
import { asWritten, withCallEnded } from "../../sip/state/response-context.ts";
import type { Write } from "./record.ts";

export const putContext: Write<"context"> = ({ contexts }, { context }) => {
  const { id, version } = context;
  if ((contexts.get(id)?.version ?? 0) !== version) return "conflict";
  contexts.set(id, asWritten(context));
  return "committed";
};

export const putBranch: Write<"branch"> = ({ contexts }, change) => {
  const stored = contexts.get(change.read.id);
  const changed = stored && withBranchChanged(stored, change);
  if (changed === undefined) return "conflict";
  contexts.set(changed.id, changed);
  return "committed";
};

export const endCall: Write<"call ended"> = ({ contexts }, { context, tags, end, expiresAt, isUnwatched }) => {
  const stored = contexts.get(context);
  if (isUnwatched && stored?.watched !== undefined) return "conflict";
  const ended = stored && withCallEnded(stored, tags, end, expiresAt);
  if (ended === undefined) return "conflict";
  contexts.set(context, ended);
  return "committed";
};

export const watchCall: Write<"call watched"> = ({ contexts }, { context, resource }) => {
  const stored = contexts.get(context);
  if (stored !== undefined) {
    const watched = [...new Set([...(stored.watched ?? []), resource])].toSorted();
    contexts.set(context, asWritten({ ...stored, watched }));
  }
  return "committed";
};
