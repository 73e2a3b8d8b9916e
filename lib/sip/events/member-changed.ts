// A member of a resource list has changed (RFC 4662 §4.5). The list reports it to its watchers like a change of its own.
import { nothing, type Outcome } from "../outcome.ts";
import type { Change } from "../state/change.ts";
import { partsOf } from "../state/resource-state.ts";
import { resourceStateOf, subscriberOf } from "../state/snapshot.ts";
import { subscriptionKey } from "../state/subscription.ts";
import type { World } from "../world.ts";
import { listId, memberAor } from "./list.ts";
import { waiting } from "./list-content.ts";
import { resourceChanged } from "./resource-changed.ts";

/** @param member its resource */
export async function memberChanged(list: string, member: string, world: World): Promise<Outcome> {
  const { aor } = partsOf(list);
  const snapshot = await world.read({ resourceStates: [list], subscribers: [aor] });
  const state = resourceStateOf(snapshot, list);
  const isChanged = (uri: string) => memberAor(uri, world.settings.domains) === partsOf(member).aor;
  const isMember = state.members?.some(({ uri }) => isChanged(uri)) === true;
  if (!isMember || state.joinedUntil === undefined) return leave(list, member, world);
  const unregistered = { aor, version: 0, bindings: [] };
  return resourceChanged(waiting(state, isChanged), unregistered, world, { owner: subscriberOf(snapshot, aor) });
}

/** A SUBSCRIBE that joins the member again at this moment meets a conflict, or this decision does. */
async function leave(list: string, member: string, world: World): Promise<Outcome> {
  const name = { resource: member, id: listId(list) };
  const { subscriptions } = await world.read({ subscriptions: [subscriptionKey(name)] });
  const [joined] = subscriptions;
  const changes: readonly Change[] =
    joined === undefined ? [] : [{ kind: "subscription over", ...name, version: joined.version }];
  return { ...nothing("member-left"), changes };
}
