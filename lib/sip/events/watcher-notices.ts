// A watcher that comes or leaves (RFC 3857 §4.7.2) changes the state that lists it. The registration of the watched user says
// whether that state is watched itself; nearly every decision about a subscription has read it, so a subscription costs
// nothing more where it is not.
import type { Look } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import type { Change } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import { partsOf, resourceOf } from "../state/resource-state.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { World } from "../world.ts";
import { isBrought } from "./list.ts";
import { packageOf } from "./packages.ts";
import { winfoOf } from "./winfo.ts";

/** The outcome of a decision, and the looks at the lists that it changes: decisions of their own, after its commit. */
export async function withWatcherNotices(world: World, decide: (world: World) => Promise<Outcome>): Promise<Outcome> {
  const seen: Registration[] = [];
  const outcome = await decide({
    ...world,
    read: async (keys) => {
      const snapshot = await world.read(keys);
      seen.push(...(keys.registrations ?? []).map((aor) => registrationOf(snapshot, aor)));
      return snapshot;
    },
  });
  const changed = new Set(outcome.changes.flatMap((change) => resourceWith(change, world)));
  const listed = [...changed].flatMap((resource) => {
    const { event, aor } = partsOf(resource);
    const list = winfoOf(event);
    return packageOf(list) === undefined ? [] : [{ list, aor }];
  });
  const unread = listed.map(({ aor }) => aor).filter((aor) => !seen.some((one) => one.aor === aor));
  const more = unread.length === 0 ? undefined : await world.read({ registrations: unread });
  const looks = listed.flatMap(({ list, aor }): readonly Look[] => {
    const known = seen.findLast((one) => one.aor === aor) ?? (more && registrationOf(more, aor));
    return known?.watched?.includes(list) === true ? [{ kind: "look", resource: resourceOf(list, aor) }] : [];
  });
  const all = [...looks, ...looksAtEnded(outcome)];
  return all.length === 0 ? outcome : { ...outcome, effects: [...outcome.effects, ...all] };
}

/** A list that a SUBSCRIBE has brought ends with its subscription, and counts among the watchers of its members until then. */
function looksAtEnded({ changes }: Outcome): readonly Look[] {
  return changes.flatMap((change): readonly Look[] => {
    const isEnd = change.kind === "subscription over" && isBrought(change.resource);
    return isEnd ? [{ kind: "look", resource: change.resource }] : [];
  });
}

/** An earlier attempt may have stored the subscription before it met a conflict. */
function resourceWith(change: Change, { isRetry }: Pick<World, "isRetry">): readonly string[] {
  if (change.kind === "subscription over") return [change.resource];
  const isNew = change.kind === "subscription" && (change.subscription.version === 0 || isRetry);
  return isNew ? [change.subscription.resource] : [];
}
