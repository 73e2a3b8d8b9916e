// How many subscriptions there may be (RFC 6665 §6.2 warns of them as a means of denial of service): of one user, and to one
// AOR in one package. Only a new subscription is checked, after it has been allowed, and before it is stored.
import {
  FULL_SECONDS,
  MAX_LIST_SUBSCRIPTIONS,
  MAX_SUBSCRIPTIONS,
  MAX_SUBSCRIPTIONS_TO_ONE,
  MAX_WATCHERS,
} from "../policy/events.ts";
import type { Change } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import type { Counted, ResourceState } from "../state/resource-state.ts";
import type { Aor } from "../syntax/aor.ts";
import { field } from "../syntax/message.ts";
import { type Reply, refusal } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { isList } from "./list.ts";

export type Room =
  /** `counted`: a query was made, because the row of the state said that there are too many. */
  | { readonly kind: "room"; readonly counted?: Counted }
  | { readonly kind: "full"; readonly reply: Reply; readonly changes: readonly Change[] };

/** Costs a query of the watcher's subscriptions, by their keys. */
export async function roomFor(watcher: Aor, state: ResourceState, world: World): Promise<Room> {
  const { watchings } = await world.read({ watchings: [watcher] });
  const lists = watchings.filter(({ resource }) => isList(resource));
  const isListFull = isList(state.resource) && lists.length >= MAX_LIST_SUBSCRIPTIONS;
  const toThis = watchings.filter(({ resource }) => resource === state.resource);
  if (isListFull || watchings.length >= MAX_SUBSCRIPTIONS || toThis.length >= MAX_SUBSCRIPTIONS_TO_ONE) {
    return { kind: "full", reply: refusal("too-many-subscriptions"), changes: [] };
  }
  if ((state.watchers ?? 0) < MAX_WATCHERS) return { kind: "room" };
  if ((state.fullSince ?? 0) + FULL_SECONDS > world.now) return full([]);
  return recount(state, world);
}

/** Ended subscriptions are counted until the next query, which a change of the state or this function makes. */
async function recount(
  { resource, version, expiresAt }: ResourceState,
  world: Pick<World, "now" | "read">,
): Promise<Room> {
  const { subscriptions } = await world.read({ watchers: [resource] });
  const watchers = subscriptions.filter((one) => isLive(one, world.now)).length;
  if (watchers < MAX_WATCHERS) return { kind: "room", counted: { watchers } };
  return full([{ kind: "resource joined", resource, version, expiresAt, counted: { watchers, fullSince: world.now } }]);
}

function full(changes: readonly Change[]): Room {
  return {
    kind: "full",
    reply: refusal("too-many-watchers", { fields: [field("Retry-After", FULL_SECONDS)] }),
    changes,
  };
}
