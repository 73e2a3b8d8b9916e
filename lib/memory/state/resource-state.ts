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
  { resource, version, expiresAt, timerAt, timerLinks, joinedUntil, isNewWatcher, counted },
) => {
  const stored = resourceStates.get(resource);
  if (stored?.version !== version) return "conflict";
  const one = isNewWatcher === true ? 1 : 0;
  resourceStates.set(resource, {
    ...stored,
    joins: stored.joins + 1,
    expiresAt,
    ...(timerAt !== undefined && { timerAt }),
    ...(timerLinks !== undefined && { timerLinks }),
    ...(joinedUntil !== undefined && { joinedUntil }),
    ...((one > 0 || counted !== undefined) && { watchers: (counted?.watchers ?? stored.watchers ?? 0) + one }),
    ...(counted?.fullSince !== undefined && { fullSince: counted.fullSince }),
  });
  return "committed";
};
