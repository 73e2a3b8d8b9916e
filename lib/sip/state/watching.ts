// A subscription by the name of its watcher, so that those of one user can be counted (RFC 6665 §4.2.1.3). An index of the table
// of subscriptions has it; it is not written by itself.
import type { Aor } from "../syntax/aor.ts";
import type { Subscription } from "./subscription.ts";

export interface Watching extends Pick<Subscription, "resource" | "id"> {
  readonly watcher: Aor;
}
