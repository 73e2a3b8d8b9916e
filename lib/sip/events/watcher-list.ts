// The watchers of a package, as the state of its template reports them (RFC 3857 §4.7.1): they are read from their subscriptions.
import { MAX_LIST_SIZE, MAX_LISTS_OF_WATCHERS, MAX_WATCHERS } from "../policy/events.ts";
import type { ListedWatcher } from "../state/listed-watcher.ts";
import { isLive } from "../state/live.ts";
import { partsOf, resourceOf, type ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Aor } from "../syntax/aor.ts";
import type { World } from "../world.ts";
import type { EventPackage } from "./event-package.ts";
import { latest } from "./latest.ts";
import { mayWatch } from "./watch-policy.ts";

/**
 * The state with the watchers as they are now, those of lists (RFC 4662) among them. The same object if they are in it already,
 * or if the package lists none. Costs a query, and one for each list that the user is in.
 */
export async function withWatcherList(
  state: ResourceState,
  { sources: { watchersOf } }: EventPackage,
  owner: Subscriber | undefined,
  world: Pick<World, "read" | "now">,
): Promise<ResourceState> {
  if (watchersOf === undefined) return state;
  const { aor } = partsOf(state.resource);
  const { subscriptions } = await world.read({ watchers: [resourceOf(watchersOf.event, aor)] });
  const lists = subscriptions.flatMap(({ list }) => list ?? []).slice(0, MAX_LISTS_OF_WATCHERS);
  const byLists = lists.length === 0 ? [] : (await world.read({ watchers: lists })).subscriptions;
  const now = [...subscriptions, ...byLists]
    .filter((one) => isLive(one, world.now))
    .flatMap(({ id, watcher }) => (watcher.aor === undefined ? [] : [{ id, watcher: watcher.aor }]))
    // A list shows its watchers nothing of a member whose policy does not let them watch it.
    .filter(({ id, watcher }) => mayWatch(watcher, aor, watchersOf, owner) || !byLists.some((one) => one.id === id));
  const endOf = (watcher: Aor) => (mayWatch(watcher, aor, watchersOf, owner) ? "timeout" : "rejected");
  return withWatchers(state, now, endOf);
}

function withWatchers(
  state: ResourceState,
  now: readonly ListedWatcher[],
  endOf: (watcher: Aor) => NonNullable<ListedWatcher["ended"]>,
): ResourceState {
  const { listed = [], ...rest } = state;
  const before = listed.filter(({ ended }) => ended === undefined);
  const isThere = new Set(now.map(({ id }) => id));
  // One that has left is reported once, and stays where the report of its end is held back.
  const unreported = state.heldUntil === undefined ? [] : listed.filter(({ ended }) => ended !== undefined);
  const left = before
    .filter(({ id }) => !isThere.has(id))
    .map(({ id, watcher }) => ({ id, watcher, ended: endOf(watcher) }));
  const active = latest(
    now.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    { entries: MAX_WATCHERS, octets: MAX_LIST_SIZE },
  );
  if (left.length === 0 && JSON.stringify(active) === JSON.stringify(before)) return state;
  const next = [...active, ...latest([...unreported, ...left], { entries: MAX_WATCHERS, octets: MAX_LIST_SIZE / 2 })];
  return { ...rest, ...(next.length > 0 && { listed: next }) };
}
