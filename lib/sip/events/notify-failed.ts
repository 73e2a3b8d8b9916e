// A NOTIFY that could not be delivered (RFC 6665 §4.2.2, RFC 5626 §5.3). One that is too large is dropped; one to a slow
// connection is repeated once. If the watcher's device is back on another flow, the NOTIFY goes there; if it has just lost
// its connection, timers look for it; otherwise the subscription ends. No other watcher waits for that.
import type { Send, SendFailure } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { LOST_WATCHER_LOOKS } from "../policy/events.ts";
import { connectionClosed } from "../registrar/flow-closed.ts";
import { deviceOf, liveBindings } from "../state/registration.ts";
import { partsOf } from "../state/resource-state.ts";
import { liveSubscription, registrationOf } from "../state/snapshot.ts";
import { subscriptionKey } from "../state/subscription.ts";
import type { World } from "../world.ts";
import { NO_PART, together } from "./resource-changed.ts";

export async function notifyFailed(
  failed: Send,
  { isRepeated, ...name }: NonNullable<Send["subscription"]>,
  failure: SendFailure,
  world: World,
): Promise<Outcome> {
  const isGone = failure === "gone";
  if (failure === "too large" || (isRepeated === true && !isGone)) return nothing("notify-undelivered", failure);
  const { flow, aor = "", instance } = failed.to;
  // `$disconnect` may never come.
  const closed = isGone ? await connectionClosed(flow, world) : NO_PART;
  const { aor: watched } = partsOf(name.resource);
  const snapshot = await world.read({ registrations: [aor, watched], subscriptions: [subscriptionKey(name)] });
  const subscription = liveSubscription(snapshot, name, world.now);
  const only = (outcome: Outcome): Outcome => ({ ...outcome, ...together(closed, outcome) });
  if (subscription === undefined || subscription.lostAt !== undefined) return only(nothing("subscription-forgotten"));

  const back = liveBindings(registrationOf(snapshot, aor), world.now).find(
    (binding) => deviceOf(binding) === instance && binding.flow !== flow,
  );
  if (back !== undefined) {
    const watcher = { ...subscription.watcher, flow: back.flow };
    const moved = { kind: "subscription", subscription: { ...subscription, watcher } } as const;
    return only({ ...nothing("watcher-back"), changes: [moved], effects: [{ ...failed, to: watcher }] });
  }
  const [first] = LOST_WATCHER_LOOKS;
  if (instance === undefined || first === undefined) {
    if (!isGone) return nothing("notify-undelivered", failure);
    const { version } = subscription;
    return only({ ...nothing("watcher-gone"), changes: [{ kind: "subscription over", ...name, version }] });
  }
  return only({
    ...nothing("watcher-lost", failure),
    changes: [{ kind: "subscription", subscription: { ...subscription, lostAt: world.now } }],
    timers: [{ kind: "subscription", resource: name.resource, subscription: name.id, looks: 0, delaySeconds: first }],
  });
}
