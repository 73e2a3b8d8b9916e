// A subscription joins the state that it reports (RFC 6665 §4.2.2): its row, and a count in the row of the state, so that a
// change at the same moment reaches it, or is decided again (docs/decisions, 120).
import { EVENT_ROW_SECONDS } from "../policy/events.ts";
import { type Change, registrationChange } from "../state/change.ts";
import type { Registration } from "../state/registration.ts";
import { type Counted, partsOf, reportsOf, type ResourceState } from "../state/resource-state.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Subscription } from "../state/subscription.ts";
import type { World } from "../world.ts";
import type { Current } from "./current-state.ts";
import type { ListReport, MemberState } from "./rlmi.ts";
import { NO_PART, type Part, resourceChanged, together, withLook } from "./resource-changed.ts";

/** The state that was read, and the one that registration and calls make of it. */
export interface Joining extends Readied {
  readonly stored: ResourceState;
  readonly owner: Subscriber | undefined;
  readonly counted?: Counted | undefined;
  /** The subscription as it was read. */
  readonly known: Subscription | undefined;
  readonly isNewWatcher: boolean;
}

/** The state at a SUBSCRIBE, of a user or of a list. */
export interface Readied extends Current {
  readonly registration: Registration;
  readonly list?: ListReport;
  readonly members?: readonly MemberState[];
  /** Of the list to the states of its members. */
  readonly joins?: Part;
  /** The list's from now on, where its state is the same otherwise. */
  readonly joinedUntil?: number;
}

export interface Joined {
  readonly part: Part;
  readonly row: Subscription;
  /** The state as it is stored. */
  readonly reported: ResourceState;
}

/**
 * Other watchers are notified of a change that they have missed.
 * @param subscription with the base and extra that were read
 */
export async function join(
  subscription: Subscription,
  { stored, state, marks, registration, members, joinedUntil, owner, counted, known, isNewWatcher }: Joining,
  world: World,
): Promise<Joined> {
  const { resource, id } = subscription;
  const { event } = partsOf(resource);
  const isWatched = registration.watched?.includes(event) === true;
  const isChanged = state.version === 0 || state !== stored;
  // Other watchers have missed the change if a process ended before it notified them.
  const expiresAt = Math.max(state.expiresAt, subscription.expiresAt + EVENT_ROW_SECONDS);
  const watchers = (counted?.watchers ?? state.watchers ?? 0) + (isNewWatcher ? 1 : 0);
  const others =
    isChanged && isWatched
      ? await resourceChanged({ ...state, expiresAt, watchers }, registration, world, { owner, except: id, members })
      : undefined;
  const looked = withLook(state, registration, world);
  const reported = others?.state ?? (isChanged ? { ...state, version: state.version + 1 } : state);
  const put: Change = isChanged
    ? { kind: "resource state", state: { ...looked.state, expiresAt, watchers } }
    : {
        kind: "resource joined",
        resource,
        version: state.version,
        expiresAt,
        ...(looked.isSet && { timerAt: looked.state.timerAt ?? 0, timerLinks: 0 }),
        ...(isNewWatcher && { isNewWatcher }),
        ...(counted && { counted }),
        ...(joinedUntil !== undefined && { joinedUntil }),
      };
  const base = known === undefined ? reportsOf(reported) : subscription.base;
  // The report of a change that this SUBSCRIBE has found counts its NOTIFY already.
  const isCounted = known !== undefined && reportsOf(reported) > reportsOf(stored);
  const row = { ...subscription, base, extra: subscription.extra - (isCounted ? 1 : 0) };
  const watched = [...(registration.watched ?? []), event];
  const marked: readonly Change[] = isWatched
    ? []
    : [...marks, registrationChange({ ...registration, watched }, registration.bindings, world.now)];
  const own = { changes: [put], timers: looked.timers, effects: [] };
  const part = together(
    { ...NO_PART, changes: [...marked, { kind: "subscription", subscription: row }] },
    others ?? own,
  );
  return { part, row, reported };
}
