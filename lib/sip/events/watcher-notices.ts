// A watcher that comes or leaves (RFC 3857 §4.7.2) changes the state that lists it. The registration of the watched user says
// whether that state is watched itself; nearly every decision about a subscription has read it, so a subscription costs
// nothing more where it is not.
import type { Look, Outcome } from "../outcome.ts";
import type { Change } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import { partsOf, resourceOf } from "../state/resource-state.ts";
import { registrationOf } from "../state/snapshot.ts";
import type { World } from "../world.ts";
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
  const looks: Look[] = [];
  for (const resource of changed) {
    const { event, aor } = partsOf(resource);
    const list = winfoOf(event);
    if (packageOf(list) === undefined) continue;
    const known = seen.findLast((one) => one.aor === aor);
    const { watched = [] } = known ?? registrationOf(await world.read({ registrations: [aor] }), aor);
    if (watched.includes(list)) looks.push({ kind: "look", resource: resourceOf(list, aor) });
  }
  return looks.length === 0 ? outcome : { ...outcome, effects: [...outcome.effects, ...looks] };
}

/** An earlier attempt may have stored the subscription before it met a conflict. */
function resourceWith(change: Change, { isRetry }: Pick<World, "isRetry">): readonly string[] {
  if (change.kind === "subscription over") return [change.resource];
  const isNew = change.kind === "subscription" && (change.subscription.version === 0 || isRetry);
  return isNew ? [change.subscription.resource] : [];
}
