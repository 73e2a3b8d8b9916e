// The response to a NOTIFY (RFC 6665 §4.2.2). A 2xx to most of them changes nothing, at no read.
import { nothing, type Outcome } from "../outcome.ts";
import { LOST_WATCHER_LOOKS } from "../policy/events.ts";
import { partsOf } from "../state/resource-state.ts";
import { liveSubscription, resourceStateOf, subscriberOf } from "../state/snapshot.ts";
import { subscriptionKey } from "../state/subscription.ts";
import type { SipResponse } from "../syntax/message.ts";
import type { NotifyBranch } from "../tokens/notify-branch.ts";
import type { Incoming } from "../transport/incoming.ts";
import type { World } from "../world.ts";
import { isList } from "./list.ts";
import { wholeList } from "./list-content.ts";
import { notify } from "./notify.ts";
import { packageOf } from "./packages.ts";

export async function notifyAnswered(
  { message }: Incoming<SipResponse>,
  { resource, id, attempt }: NotifyBranch,
  world: World,
): Promise<Outcome> {
  const { status } = message;
  if (status < 200) return nothing("notify-answered");
  if (status === 481 && attempt === "early") return waitForDialog({ resource, id }, world);
  if (status === 481 && attempt !== "second") return tryAgain({ resource, id }, world);
  if (ENDS_SUBSCRIPTION.has(status)) {
    return { ...nothing("watcher-refused", String(status)), changes: [{ kind: "subscription over", resource, id }] };
  }
  const marked = { kind: "subscription answered", resource, id } as const;
  const detail = status < 300 ? undefined : String(status);
  return { ...nothing("notify-answered", detail), changes: attempt === "plain" ? [] : [marked] };
}

/**
 * §4.2.2, RFC 5057 §5.1: any other answer is one to this NOTIFY alone, as the 500 of a phone that has seen a later NOTIFY
 * before it (RFC 3261 §12.2.2).
 */
const ENDS_SUBSCRIPTION: ReadonlySet<number> = new Set([
  404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
]);

/** JsSIP answers 481 to a NOTIFY that it gets before the 200 to a SUBSCRIBE. The 200 has arrived by now. */
async function tryAgain({ resource, id }: Pick<NotifyBranch, "resource" | "id">, world: World): Promise<Outcome> {
  const { aor, event } = partsOf(resource);
  const keys = { resourceStates: [resource], subscribers: [aor], subscriptions: [subscriptionKey({ resource, id })] };
  const snapshot = await world.read(keys);
  const subscription = liveSubscription(snapshot, { resource, id }, world.now);
  const eventPackage = packageOf(event);
  if (subscription === undefined || eventPackage === undefined) return nothing("subscription-forgotten");
  const state = resourceStateOf(snapshot, resource);
  const report = { eventPackage, state, owner: subscriberOf(snapshot, aor), attempt: "second" } as const;
  if (!isList(resource)) return { ...nothing("notify-repeated"), effects: [notify(subscription, report, world)] };
  // The NOTIFY of a change has a part of the list, and may have this number already.
  const counted = { ...subscription, extra: subscription.extra + 1 };
  const { version, expiresAt } = state;
  return {
    ...nothing("notify-repeated"),
    changes: [
      { kind: "subscription", subscription: counted },
      { kind: "resource joined", resource, version, expiresAt },
    ],
    effects: [notify(counted, { ...report, ...(await wholeList(state, world)) }, world)],
  };
}

/**
 * The NOTIFY of a change came before the 200 to the SUBSCRIBE. The watcher is notified after a moment, as one that has lost
 * its connection; a SUBSCRIBE that is still decided on notifies it itself.
 */
async function waitForDialog(
  name: Pick<NotifyBranch, "resource" | "id">,
  world: Pick<World, "read" | "now">,
): Promise<Outcome> {
  const snapshot = await world.read({ subscriptions: [subscriptionKey(name)] });
  const subscription = liveSubscription(snapshot, name, world.now);
  const [delaySeconds] = LOST_WATCHER_LOOKS;
  if (subscription === undefined || subscription.lostAt !== undefined || delaySeconds === undefined) {
    return nothing("subscription-forgotten");
  }
  return {
    ...nothing("watcher-early"),
    changes: [{ kind: "subscription", subscription: { ...subscription, lostAt: world.now } }],
    timers: [{ kind: "subscription", resource: name.resource, subscription: name.id, looks: 0, delaySeconds }],
  };
}
