// The timers of subscriptions and of the states that they report (RFC 6665 §4.2.2, RFC 3903 §4.1).
import type { Send } from "../effect.ts";
import { nothing, type Outcome } from "../outcome.ts";
import { EARLY_TIMER_SECONDS, LATE_REPORT_SECONDS, LOST_WATCHER_LOOKS } from "../policy/events.ts";
import { type Change, registrationChange } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import { bindingOf, type Registration } from "../state/registration.ts";
import { partsOf, reportsOf, type ResourceState } from "../state/resource-state.ts";
import { liveContext, registrationOf, resourceStateOf, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Subscriber } from "../state/subscriber.ts";
import { type Subscription, subscriptionKey } from "../state/subscription.ts";
import type { ResourceTimer, SubscriptionTimer, WatchersTimer } from "../timer.ts";
import type { World } from "../world.ts";
import { withCall } from "./call-state.ts";
import { isBrought, isList } from "./list.ts";
import { lastReport, leaveMembers, wholeList } from "./list-content.ts";
import { withGroup } from "./list-members.ts";
import { memberChanged } from "./member-changed.ts";
import { notify, type Report } from "./notify.ts";
import { withoutHold } from "./notify-rate.ts";
import { packageOf } from "./packages.ts";
import { withRegistration } from "./registration-state.ts";
import { withWatcherList } from "./watcher-list.ts";
import {
  type Concerned,
  inOrder,
  isReached,
  isSilent,
  notifySome,
  rejectedOf,
  rejectSome,
  resourceChanged,
  tellLists,
  together,
  withLook,
} from "./resource-changed.ts";

/** The time of a subscription is over, or its device may be back. */
export async function subscriptionDue(timer: SubscriptionTimer, world: World): Promise<Outcome> {
  const { resource, subscription: id, looks, expiresAt = 0 } = timer;
  if (expiresAt > world.now) {
    const delaySeconds = Math.min(expiresAt - world.now + 1, world.platform.longestTimerSeconds);
    return { ...nothing("subscription-goes-on"), timers: [{ ...timer, delaySeconds }] };
  }
  const { event, aor } = partsOf(resource);
  const snapshot = await world.read({
    registrations: [aor],
    resourceStates: [resource],
    subscribers: [aor],
    subscriptions: [subscriptionKey({ resource, id })],
  });
  const [subscription] = snapshot.subscriptions;
  const eventPackage = packageOf(event);
  if (subscription === undefined || eventPackage === undefined) return nothing("timer-after-end");
  const report = { eventPackage, state: resourceStateOf(snapshot, resource), owner: subscriberOf(snapshot, aor) };
  if (looks !== undefined) return lookForWatcher(subscription, report, timer, world);

  if (isLive(subscription, world.now)) return nothing("timer-stale");
  const list = await wholeList(report.state, world);
  const { version } = subscription;
  const over = { kind: "subscription over", resource, id, version } as const;
  const isNotified = subscription.lostAt === undefined && !isSilent(subscription, world.now);
  const counted = { ...subscription, extra: subscription.extra + 1 };
  const last = isNotified ? [notify(counted, { ...report, ...list, ending: "timeout" }, world)] : [];
  return { ...nothing("subscription-expired"), changes: [over], effects: last };
}

async function lookForWatcher(
  subscription: Subscription,
  report: Report,
  timer: SubscriptionTimer,
  world: World,
): Promise<Outcome> {
  const { resource, id, watcher, lostAt, ...rest } = subscription;
  const { looks = 0 } = timer;
  if (lostAt === undefined || watcher.aor === undefined) return nothing("timer-stale");
  const registration = registrationOf(await world.read({ registrations: [watcher.aor] }), watcher.aor);
  const back = bindingOf(registration, watcher.instance, world.now);
  const next = LOST_WATCHER_LOOKS[looks + 1];
  if (back !== undefined) {
    const list = await wholeList(report.state, world);
    // A NOTIFY before it that was to be answered may have been lost with the connection.
    const isAsked = rest.unansweredSince !== undefined;
    const found = {
      ...rest,
      resource,
      id,
      watcher: { ...watcher, flow: back.flow },
      extra: rest.extra + 1,
      ...(isAsked && { unansweredSince: world.now }),
    };
    return {
      ...nothing("watcher-back"),
      changes: [
        { kind: "subscription", subscription: found },
        { kind: "resource joined", resource, version: report.state.version, expiresAt: report.state.expiresAt },
      ],
      effects: [lastTry(notify(found, { ...report, ...list, attempt: isAsked ? "marked" : "plain" }, world))],
    };
  }
  if (next === undefined) {
    return {
      ...nothing("watcher-gone"),
      changes: [{ kind: "subscription over", resource, id, version: rest.version }],
    };
  }
  return { ...nothing("watcher-lost"), timers: [{ ...timer, looks: looks + 1, delaySeconds: next }] };
}

/** Without an end of the tries, a connection that stays slow would get one every 6 s. */
function lastTry({ subscription, ...effect }: Send): Send {
  return { ...effect, ...(subscription && { subscription: { ...subscription, isRepeated: true } }) };
}

/** Notifies the watchers that the decision about the change left to a timer (`NOTIFIES_AT_ONCE`). */
export async function watchersDue(timer: WatchersTimer, world: World): Promise<Outcome> {
  const { resource, report, after, upTo, isSecond } = timer;
  const { aor } = partsOf(resource);
  const snapshot = await world.read({ resourceStates: [resource], subscribers: [aor] });
  const state = resourceStateOf(snapshot, resource);
  const reported = reportsOf(state);
  if (reported < report && isSecond !== true) {
    return { ...nothing("timer-early"), timers: [{ ...timer, isSecond: true, delaySeconds: EARLY_TIMER_SECONDS }] };
  }
  if (reported !== report) return nothing("timer-stale");
  const list = await lastReport(state, world);
  const { subscriptions } = await world.read({ watchers: [resource] });
  const owner = subscriberOf(snapshot, aor);
  const rejected = rejectedOf(subscriptions, owner);
  const allowed = subscriptions.filter((one) => !rejected.includes(one) && isReached(one));
  const left = inOrder(allowed).filter((one) => {
    const { id, base } = one;
    return id > after && (upTo === undefined || id <= upTo) && isLive(one, world.now) && base < reported;
  });
  return notifySome(left, { state, owner, ...list }, world);
}

/** A registration or a call has changed, or a binding or a publication may have run out, which no message reports. */
export async function resourceDue(timer: ResourceTimer, world: World): Promise<Outcome> {
  const { resource, at, heldUntil, after, call, member, isPolicyChanged } = timer;
  if (member !== undefined) return memberChanged(resource, member, world);
  const { aor, event } = partsOf(resource);
  const contexts = call === undefined ? [] : [call];
  const snapshot = await world.read({ registrations: [aor], subscribers: [aor], resourceStates: [resource], contexts });
  const state = resourceStateOf(snapshot, resource);
  const registration = registrationOf(snapshot, aor);
  const eventPackage = packageOf(event);
  if (eventPackage === undefined || state.version === 0) return nothing("timer-stale");
  if (at !== undefined && state.timerAt !== at) return nothing("timer-stale");
  if (heldUntil !== undefined && state.heldUntil !== heldUntil) return heldElsewhere(timer, state);
  const owner = subscriberOf(snapshot, aor);
  if (isPolicyChanged === true) return policyChanged(state, owner, world);
  if (call !== undefined && registration.watched?.includes(event) !== true) return nothing("resource-unwatched");
  if (after !== undefined && registration.version <= after) {
    return { ...nothing("timer-early"), timers: [{ kind: "resource", resource, delaySeconds: EARLY_TIMER_SECONDS }] };
  }
  const registered = withRegistration(state, registration, eventPackage, world);
  const listed = await withWatcherList(registered, eventPackage, owner, world);
  const unexpired = withoutExpired(listed, world.now);
  // A timer that is far too late may be lost.
  const isDue = heldUntil !== undefined || (state.heldUntil ?? Infinity) < world.now - LATE_REPORT_SECONDS;
  const current = isDue ? withoutHold(unexpired) : unexpired;
  const isOver = isBrought(resource) && heldUntil === undefined;
  if (at !== undefined || isOver) {
    const { state: grouped, joins, members } = await withGroup(current, owner, world);
    const seen = await lookOn(await withCallsLookedAt(grouped, world), state, { registration, owner, members }, world);
    return { ...seen, ...together(joins, seen) };
  }
  const next = call === undefined ? current : withCallOf(current, call, snapshot, world.now);
  if (next === state) return nothing("resource-unchanged");
  return resourceChanged(next, registration, world, { owner });
}

/** Another change has been reported meanwhile, with those that this timer was set for, or none is stored yet. */
function heldElsewhere(timer: ResourceTimer, { version }: ResourceState): Outcome {
  if (version >= (timer.version ?? 0) || timer.isSecond === true) return nothing("timer-stale");
  return { ...nothing("timer-early"), timers: [{ ...timer, isSecond: true, delaySeconds: EARLY_TIMER_SECONDS }] };
}

async function policyChanged(state: ResourceState, owner: Subscriber | undefined, world: World): Promise<Outcome> {
  const { subscriptions } = await world.read({ watchers: [state.resource] });
  const live = subscriptions.filter((one) => isLive(one, world.now));
  const rejected = rejectedOf(live, owner);
  const told = tellLists(live);
  if (rejected.length + told.effects.length === 0) return nothing("resource-unchanged");
  const ended = rejectSome(rejected, state, world);
  return {
    ...nothing("watchers-rejected", String(rejected.length)),
    ...together(ended, told),
  };
}

function withCallOf(state: ResourceState, call: string, snapshot: Snapshot, now: number): ResourceState {
  const { aor, event } = partsOf(state.resource);
  const source = packageOf(event)?.sources.calls;
  return source === undefined ? state : withCall(state, call, liveContext(snapshot, call, now), aor, source);
}

/** A process may have ended before it reported the end of a call. */
async function withCallsLookedAt(state: ResourceState, world: Pick<World, "read" | "now">): Promise<ResourceState> {
  const calls = (state.calls ?? []).map(({ call }) => call);
  if (calls.length === 0) return state;
  const snapshot = await world.read({ contexts: calls });
  return calls.reduce((next, call) => withCallOf(next, call, snapshot, world.now), state);
}

/** The periodic check of a watched resource; it ends when the resource has no watcher. */
async function lookOn(
  next: ResourceState,
  read: ResourceState,
  { registration, ...concerned }: { readonly registration: Registration } & Concerned,
  world: World,
): Promise<Outcome> {
  const { resource, version } = next;
  const { event } = partsOf(resource);
  const { subscriptions } = await world.read({ watchers: [resource] });
  const { watched = [] } = registration;
  const others = watched.filter((one) => one !== event);
  const flag = (events: readonly string[]): readonly Change[] =>
    isList(resource)
      ? []
      : [registrationChange({ ...registration, watched: events }, registration.bindings, world.now)];
  const watchers = subscriptions.filter((one) => isLive(one, world.now)).length;
  if (watchers === 0) {
    // Stored, so that a subscription that begins meanwhile meets a conflict.
    const { timerAt: _at, timerLinks: _links, watchers: _left, fullSince: _full, joinedUntil: _until, ...rest } = next;
    // A SUBSCRIBE to a group may begin meanwhile, and find its members joined.
    const left = isBrought(resource) ? leaveMembers(next, [], world) : [];
    const changes = [...(watched.includes(event) ? flag(others) : []), ...left];
    return { ...nothing("resource-unwatched"), changes: [...changes, { kind: "resource state", state: rest }] };
  }
  const marked = watched.includes(event) ? [] : flag([...others, event]);
  if (next !== read) {
    const changed = await resourceChanged({ ...next, timerAt: 0 }, registration, world, concerned);
    return { ...changed, changes: [...marked, ...changed.changes] };
  }
  const looked = withLook({ ...next, timerAt: 0 }, registration, world);
  const counted = { watchers };
  const joined = { kind: "resource joined", resource, version, expiresAt: next.expiresAt, counted } as const;
  const { timerAt = 0, timerLinks = 0 } = looked.state;
  const own = { changes: [...marked, { ...joined, timerAt, timerLinks }], timers: looked.timers, effects: [] };
  // The operator may have changed the policy.
  const ended = rejectSome(rejectedOf(subscriptions, concerned.owner), next, world);
  return { ...nothing("resource-unchanged"), ...together(ended, own) };
}

/** RFC 3903 §4.1: a publication that is not refreshed is removed. */
function withoutExpired(state: ResourceState, now: number): ResourceState {
  const publications = state.publications.filter((publication) => isLive(publication, now));
  return publications.length === state.publications.length ? state : { ...state, publications };
}
