// The subscriptions of one watcher, found among all.
import { MAX_SUBSCRIPTIONS } from "../../sip/policy/events.ts";
import type { Watching } from "../../sip/state/watching.ts";
import type { Rows } from "./record.ts";

export function watchingsOf({ subscriptions }: Rows, watcher: string): readonly Watching[] {
  return [...subscriptions.values()]
    .filter((one) => one.watcher.aor === watcher)
    .slice(0, MAX_SUBSCRIPTIONS + 1)
    .map(({ resource, id }) => ({ watcher, resource, id }));
}
