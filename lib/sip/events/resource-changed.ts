// A change of the state that watchers see (RFC 6665 §4.2.2): one read, one write and one query, and a NOTIFY to each watcher.
import { nothing, type Outcome } from "../outcome.ts";
import {
  EVENT_ROW_SECONDS,
  LATE_LINKS,
  LATE_LOOK_SECONDS,
  NOTIFIES_AT_ONCE,
  NOTIFIES_PER_ANSWER,
  NOTIFY_ANSWER_SECONDS,
  REST_SECONDS,
} from "../policy/events.ts";
import type { Change } from "../state/change.ts";
import type { ListMember } from "../state/list-member.ts";
import { isLive } from "../state/live.ts";
import { liveBindings, type Registration } from "../state/registration.ts";
import { partsOf, reportsOf, type ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Subscription } from "../state/subscription.ts";
import type { TimerRequest, WatchersTimer } from "../timer.ts";
import type { NotifyTry } from "../tokens/notify-branch.ts";
import type { World } from "../world.ts";
import { baseOf, changedMembers, changeReport, memberReads, memberState } from "./list-content.ts";
import { notify, notifyNumber, type Report } from "./notify.ts";
import type { EventPackage } from "./event-package.ts";
import { paced } from "./notify-rate.ts";
import { packageOf } from "./packages.ts";
import type { MemberState } from "./rlmi.ts";
import { mayWatch } from "./watch-policy.ts";

export type Part = Pick<Outcome, "changes" | "timers" | "effects">;

export const NO_PART: Part = { changes: [], timers: [], effects: [] };

export interface Concerned {
  /** The user whose state it is, with its policy. */
  readonly owner?: Subscriber | undefined;
  /** A subscription that gets a NOTIFY of its own. */
  readonly except?: string | undefined;
  /** Of a resource list, as this decision stores them; absent: as they are stored already. */
  readonly members?: readonly MemberState[] | undefined;
}

export interface Reported extends Part, Pick<Outcome, "reason"> {
  /** As it is stored. */
  readonly state: ResourceState;
}

/**
 * Stores the next state, and notifies all watchers now or later. The watchers are read after the state was: one that subscribes
 * meanwhile counts as a join, and the commit meets a conflict.
 * @param next the state that was read, with another content
 */
export async function resourceChanged(
  next: ResourceState,
  registration: Registration,
  world: World,
  { owner, except, members: known }: Concerned = {},
): Promise<Reported> {
  const { resource } = next;
  const looked = withLook(next, registration, world);
  const pace = paced(looked.state, world.now);
  if (pace.kind === "later") {
    return { ...nothing("report-held"), ...stored(pace.state, [...looked.timers, ...pace.timers]) };
  }
  const base = baseOf(resource);
  const members = base === undefined || known !== undefined ? [] : changedMembers(pace.state, world.now);
  const reads = base === undefined ? {} : memberReads(members, base, world);
  const snapshot = await world.read({ watchers: [resource], ...reads });
  const live = snapshot.subscriptions.filter((one) => isLive(one, world.now) && one.id !== except);
  const silent = live.filter((one) => isSilent(one, world.now));
  const rejected = rejectedOf(live, owner).filter((one) => !silent.includes(one));
  const notified = inOrder(live.filter((one) => !silent.includes(one) && !rejected.includes(one) && isReached(one)));
  const stateOf = (member: ListMember, of: EventPackage) =>
    known?.find(({ uri }) => uri === member.uri) ?? memberState(member, of, snapshot, world);
  const report = base === undefined ? pace : changeReport(pace.state, base, (member) => stateOf(member, base), world);

  const ends = [pace.state.expiresAt, ...live.map(({ expiresAt }) => expiresAt + EVENT_ROW_SECONDS)];
  const { fullSince: _full, ...rest } = report.state;
  const watchers = live.length - silent.length - rejected.length + (except === undefined ? 0 : 1);
  const more = withRest({ ...rest, watchers, expiresAt: Math.max(...ends) }, world.now);
  const { state } = more;
  const dropped = silent.map(({ id, version }) => ({ kind: "subscription over", resource, id, version }) as const);
  const put = stored(state, [...looked.timers, ...more.timers]);
  const part = together(
    rejectSome(rejected, put.state, world),
    notifySome(notified, { state: put.state, owner, ...("list" in report && { list: report.list }) }, world),
    { ...NO_PART, changes: dropped },
    tellLists(live),
    put,
  );
  return { ...part, state: put.state };
}

/** A subscription whose watcher is a phone with a connection. */
export function isReached({ list, lostAt }: Subscription): boolean {
  return list === undefined && lostAt === undefined;
}

/**
 * Tells the lists that a changed resource is a member of, each by a decision of its own: the first `NOTIFIES_AT_ONCE` now, the
 * others by timers.
 */
export function tellLists(subscriptions: readonly Subscription[]): Part {
  const lists = subscriptions.flatMap(({ resource, list }) => (list === undefined ? [] : [{ list, member: resource }]));
  const later = lists.slice(NOTIFIES_AT_ONCE);
  return {
    changes: [],
    effects: lists.slice(0, NOTIFIES_AT_ONCE).map(({ list, member }) => ({ kind: "look", resource: list, member })),
    timers: later.map(({ list, member }) => ({ kind: "resource", resource: list, member, delaySeconds: 0 })),
  };
}

/**
 * Members that found no room in the report come with the next one. A list without a watcher forgets that its members report to
 * it, and does not hear of their changes.
 */
function withRest(
  state: ResourceState,
  now: number,
): { readonly state: ResourceState; readonly timers: readonly TimerRequest[] } {
  const { resource, members, joinedUntil: _until, ...rest } = state;
  if (members === undefined) return { state, timers: [] };
  if (state.watchers === 0) return { state: { ...rest, resource, members }, timers: [] };
  if (members.every(({ at }) => at !== undefined)) return { state, timers: [] };
  const heldUntil = now + REST_SECONDS;
  const timer = {
    kind: "resource",
    resource,
    heldUntil,
    version: state.version + 1,
    delaySeconds: REST_SECONDS,
  } as const;
  return { state: { ...state, heldUntil }, timers: [timer] };
}

function stored(state: ResourceState, timers: readonly TimerRequest[]): Reported {
  const reported = { ...state, version: state.version + 1 };
  return { changes: [{ kind: "resource state", state }], timers, effects: [], state: reported };
}

/** Watchers that the policy of the owner allows no more. */
export function rejectedOf(
  subscriptions: readonly Subscription[],
  owner: Subscriber | undefined,
): readonly Subscription[] {
  return subscriptions.filter(({ resource, watcher }) => {
    const { aor, event } = partsOf(resource);
    const eventPackage = packageOf(event);
    return watcher.aor !== undefined && eventPackage !== undefined && !mayWatch(watcher.aor, aor, eventPackage, owner);
  });
}

/**
 * §4.1.3: their subscriptions end, and the reason asks them not to subscribe again. Ends the first `NOTIFIES_AT_ONCE`, and sets a
 * timer for the others.
 */
export function rejectSome(rejected: readonly Subscription[], state: ResourceState, world: World): Part {
  const { resource } = state;
  const eventPackage = packageOf(partsOf(resource).event);
  if (eventPackage === undefined) return NO_PART;
  const now = rejected.slice(0, NOTIFIES_AT_ONCE);
  const reached = now.filter(({ lostAt }) => lostAt === undefined);
  return {
    changes: now.map(({ id }) => ({ kind: "subscription over", resource, id })),
    effects: reached.map((one) =>
      notify({ ...one, extra: one.extra + 1 }, { eventPackage, state, ending: "rejected" }, world),
    ),
    timers:
      now.length === rejected.length || world.links >= world.platform.mostLinks
        ? []
        : [{ kind: "resource", resource, isPolicyChanged: true, delaySeconds: REST_SECONDS }],
  };
}

function attemptFor(subscription: Subscription, asked: readonly Subscription[]): NotifyTry {
  if (subscription.isNew === true) return "early";
  return asked.includes(subscription) ? "marked" : "plain";
}

/**
 * §4.2.2: a watcher that does not answer is dropped. Storing each answer would cost two
 * writes per NOTIFY, so only some NOTIFYs must be answered; the numbers say which.
 */
function mustAnswer(subscription: Subscription, state: ResourceState): boolean {
  return notifyNumber(subscription, state) % NOTIFIES_PER_ANSWER === 0;
}

/** Timer F of a NOTIFY that had to be answered is over (RFC 6665 §4.2.2). One without a connection has its own time. */
export function isSilent({ unansweredSince = Infinity, lostAt }: Subscription, now: number): boolean {
  return lostAt === undefined && unansweredSince + NOTIFY_ANSWER_SECONDS <= now;
}

export function inOrder(subscriptions: readonly Subscription[]): readonly Subscription[] {
  return subscriptions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Notifies the first `NOTIFIES_AT_ONCE` watchers, and sets a timer for each part of the others.
 * @param report with its state as it is stored
 */
export function notifySome(
  watchers: readonly Subscription[],
  report: Pick<Report, "state" | "owner" | "list">,
  world: World,
): Part {
  const { state } = report;
  const { resource } = state;
  const eventPackage = packageOf(partsOf(resource).event);
  if (eventPackage === undefined) return NO_PART;
  const now = watchers.slice(0, NOTIFIES_AT_ONCE);
  const asked = now.filter((subscription) => mustAnswer(subscription, state));
  return {
    changes: asked.map(({ id }) => ({ kind: "subscription asked", resource, id, at: world.now })),
    effects: now.map((subscription) => {
      return notify(subscription, { ...report, eventPackage, attempt: attemptFor(subscription, asked) }, world);
    }),
    timers: partsBehind(watchers, { resource, report: reportsOf(state) }),
  };
}

/** All at once: timers that set each other would be a chain of nine. */
function partsBehind(
  watchers: readonly Subscription[],
  { resource, report }: Pick<WatchersTimer, "resource" | "report">,
): readonly TimerRequest[] {
  const ends = watchers.filter((_, index) => (index + 1) % NOTIFIES_AT_ONCE === 0 && index + 1 < watchers.length);
  return ends.map(({ id }, part) => {
    const next = ends[part + 1];
    const timer = { kind: "watchers", resource, report, after: id, delaySeconds: 0 } as const;
    return next === undefined ? timer : Object.assign(timer, { upTo: next.id });
  });
}

/** A state whose timer will look at it in time, and the timer if it has to be set. */
export interface Looked {
  readonly state: ResourceState;
  readonly timers: readonly TimerRequest[];
  readonly isSet: boolean;
}

/**
 * No message reports that a binding or a publication runs out, so a watched resource has a timer, which sets the next one.
 * The platform cuts a chain of timers. The later half of one lasts as long as a subscription: within that time a watcher
 * refreshes, and begins another one.
 */
export function withLook(
  state: ResourceState,
  { bindings }: Registration,
  world: Pick<World, "now" | "platform" | "links">,
): Looked {
  const { resource, publications, timerAt = 0, timerLinks = 0 } = state;
  const { now, platform, links } = world;
  const registeredUntil = liveBindings({ bindings }, now).map(({ expiresAt }) => expiresAt);
  const isEach = packageOf(partsOf(resource).event)?.sources.registration === "bindings";
  const until = publications.map(({ expiresAt }) => expiresAt).filter((at) => at > now);
  const soonest = Math.min(
    now + platform.longestTimerSeconds,
    ...until,
    ...(registeredUntil.length > 0 ? [isEach ? Math.min(...registeredUntil) : Math.max(...registeredUntil)] : []),
  );
  const isLate = links >= LATE_LINKS;
  const at = isLate ? Math.max(soonest, now + LATE_LOOK_SECONDS) : soonest;
  const isLasting = timerAt > now && timerAt <= at && (timerLinks < LATE_LINKS || isLate);
  if (isLasting || links >= platform.mostLinks) return { state, timers: [], isSet: false };
  return {
    state: { ...state, timerAt: at, timerLinks: links },
    timers: [{ kind: "resource", resource, at, delaySeconds: at - now }],
    isSet: true,
  };
}

export function together(...parts: readonly Part[]): Part {
  return {
    changes: parts.flatMap(({ changes }): readonly Change[] => changes),
    timers: parts.flatMap(({ timers }) => timers),
    effects: parts.flatMap(({ effects }) => effects),
  };
}
