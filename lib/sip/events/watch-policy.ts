// The users that may subscribe to an AOR's state (RFC 3856 §6.6.2, RFC 3680 §4.6): by the policy of its owner, every user of the deployment
// unless it says otherwise. The owner always may.
import type { Subscriber } from "../state/subscriber.ts";
import type { Aor } from "../syntax/aor.ts";
import type { EventPackage } from "./event-package.ts";

export function mayWatch(watcher: Aor, aor: Aor, { audience }: EventPackage, owner: Subscriber | undefined): boolean {
  if (watcher === aor) return true;
  if (audience === "owner") return false;
  const { watchers = "all", contacts = [] } = owner ?? {};
  return watchers === "all" || (watchers === "contacts" && contacts.includes(watcher));
}
