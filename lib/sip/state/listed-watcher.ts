// A watcher as the owner of the watched state sees it (RFC 3858 §3.2): an entry in a state that lists the watchers of another.
import type { Aor } from "../syntax/aor.ts";

/** RFC 3857 §4.7.1: why it is a watcher no more. */
export const watcherEnds = ["timeout", "rejected"] as const;

export interface ListedWatcher {
  /** Its subscription. */
  readonly id: string;
  readonly watcher: Aor;
  /** Absent while it lasts. */
  readonly ended?: (typeof watcherEnds)[number];
}
