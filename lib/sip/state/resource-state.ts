// The state that the subscriptions to a resource report (RFC 6665 §4.2): that of one AOR in one event package. All content of a
// NOTIFY is in this one row, so its version stands for the content.
import type { Aor } from "../syntax/aor.ts";
import type { ListedContact } from "./listed-contact.ts";
import type { ListMember } from "./list-member.ts";
import type { ListedWatcher } from "./listed-watcher.ts";
import type { WatchedCall } from "./watched-call.ts";

/** A document that a device has published (RFC 3903). */
export interface Publication {
  /** The same from the first PUBLISH to the last. */
  readonly id: string;
  /** The entity tag, another one after each PUBLISH. */
  readonly tag: string;
  readonly body: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The user's last device has left since, so that the document says nothing about now. */
  readonly isDormant?: true;
}

export interface ResourceState {
  readonly resource: string;
  /** Version of the content; 0 before the first write. */
  readonly version: number;
  /**
   * NOTIFYs that reported this state for another reason than a change. A change is decided again if it did not count them
   * all.
   */
  readonly joins: number;
  /** The latest first. */
  readonly publications: readonly Publication[];
  /** Whether a device is registered; absent while none ever was. */
  readonly isRegistered?: boolean;
  /** Its last document was withdrawn: a watcher that shows it has to learn that. */
  readonly isWithdrawn?: boolean;
  /**
   * Versions that were stored without a NOTIFY of their own: their changes went with a later one, or changed nothing that a
   * watcher sees.
   */
  readonly unreported?: number;
  /** Epoch seconds up to which the NOTIFYs so far use up the rate (`events/notify-rate.ts`). */
  readonly pacedUntil?: number;
  /** Epoch seconds at which a timer reports the changes that no watcher has been notified of. */
  readonly heldUntil?: number;
  /** Of the user, as far as the package reports them. */
  readonly calls?: readonly WatchedCall[];
  /** Of the user, as far as the package reports each of them. */
  readonly contacts?: readonly ListedContact[];
  /** Watchers of another package, as far as this one lists them. */
  readonly listed?: readonly ListedWatcher[];
  /** Of a resource list. */
  readonly members?: readonly ListMember[];
  /** Epoch seconds until which the members report their changes to the list; absent while it has no watcher. */
  readonly joinedUntil?: number;
  /** The time that the timer of this resource carries, in epoch seconds; a timer with another is stale. */
  readonly timerAt?: number;
  /** Timers in a row that led to that one. */
  readonly timerLinks?: number;
  /** Watchers at the last query, and those that have come since. One that has left is counted until the next query. */
  readonly watchers?: number;
  /** Epoch seconds of the query that found as many watchers as there may be. */
  readonly fullSince?: number;
  /** Epoch seconds after which the row counts as absent. */
  readonly expiresAt: number;
}

/** The result of a query for the watchers. */
export type Counted = Pick<ResourceState, "fullSince"> & { readonly watchers: number };

/**
 * Reports of the state up to this version: the NOTIFYs of a subscription are numbered by them (RFC 3261 §12.2.1.1: without
 * gaps).
 */
export function reportsOf({ version, unreported = 0 }: Pick<ResourceState, "version" | "unreported">): number {
  return version - unreported;
}

/** The key of an AOR's state in an event package. */
export function resourceOf(event: string, aor: Aor): string {
  return `${event};${aor}`;
}

/** The event package and the AOR of a key. */
export function partsOf(resource: string): { readonly event: string; readonly aor: Aor } {
  const end = resource.indexOf(";");
  return { event: resource.slice(0, end), aor: resource.slice(end + 1) };
}
