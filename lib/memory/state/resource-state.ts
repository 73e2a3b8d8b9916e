// The state that the subscriptions to a resource report.
import type { Write } from "./record.ts";

export const putResourceState: Write<"resource state"> = ({ resourceStates }, { state }) => {
  const { resource, version, joins } = state;
  const stored = resourceStates.get(resource) ?? { version: 0, joins };
  if (stored.version !== version || stored.joins !== joins) return "conflict";
  resourceStates.set(resource, { ...state, version: version + 1 });
  return "committed";
};

export const joinResource: Write<"resource joined"> = (
  { resourceStates },
  { resource, version, expiresAt, timerAt },
) => {
  const stored = resourceStates.get(resource);
  if (stored?.version !== version) return "conflict";
  const next = { ...stored, joins: stored.joins + 1, expiresAt };
  resourceStates.set(resource, timerAt === undefined ? next : { ...next, timerAt });
  return "committed";
};
