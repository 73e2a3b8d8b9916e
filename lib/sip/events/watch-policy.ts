// The users that may subscribe to an AOR's state (RFC 3856 §6.6.2, RFC 3680 §4.6): by default every user of
// the deployment. The policy of the owner can restrict it to contacts, or to no other user. The owner always may.
import { isBlocked } from "../proxy/screening.ts";
import type { Subscriber } from "../state/subscriber.ts";
import type { Aor } from "../syntax/aor.ts";
import type { EventPackage } from "./event-package.ts";

export function mayWatch(watcher: Aor, aor: Aor, { audience }: EventPackage, owner: Subscriber | undefined): boolean {
  if (watcher === aor) return true;
  if (audience === "owner" || isBlocked(owner ?? {}, { callers: [watcher] })) return false;
  const { watchers = "all", contacts = [] } = owner ?? {};
  return watchers === "all" || (watchers === "contacts" && contacts.includes(watcher));
}
