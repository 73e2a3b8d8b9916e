// A subscriber's decision about the users who may subscribe to its state (RFC 3856 §6.6.2).
import type { Aor } from "../syntax/aor.ts";

export const watcherPolicies = ["all", "contacts", "none"] as const;

export interface WatchPolicy {
  /** Every user of the deployment, those of `contacts`, or the subscriber alone. Absent: all. */
  readonly watchers?: (typeof watcherPolicies)[number];
  readonly contacts?: readonly Aor[];
}
