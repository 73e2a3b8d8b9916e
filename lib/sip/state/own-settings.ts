// The parts of a policy that the user of an address sets itself (RFC 3261 §11); the others are the operator's.
import type { Forwarding, RoutingPolicy } from "./routing-policy.ts";
import type { WatchPolicy } from "./watch-policy.ts";

export const ownSettingNames = [
  "doNotDisturb",
  "forwarding",
  "ringSeconds",
  "busyInCall",
  "blocked",
  "alsoRing",
  "maxDevices",
  "hours",
  "watchers",
  "contacts",
] as const;

export type OwnSettingName = (typeof ownSettingNames)[number];

export type OwnSettings = Pick<RoutingPolicy & WatchPolicy, OwnSettingName>;

/** Parts that get a value, and parts that are removed. The others stay as they are stored. */
export interface OwnSettingsChange {
  readonly set: OwnSettings;
  readonly removed: readonly OwnSettingName[];
  /** The forwarding that a change of it was decided on; undefined if none was stored. */
  readonly read: Forwarding | undefined;
}
