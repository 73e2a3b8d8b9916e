// The settings that are whole numbers, as a user (RFC 3261 §11) and the operator's tool may set them.
import { LONGEST_RING_SECONDS, SHORTEST_RING_SECONDS } from "../policy/own-settings.ts";

export function isRingSeconds(value: unknown): value is number {
  return isWhole(value, SHORTEST_RING_SECONDS, LONGEST_RING_SECONDS);
}

export function isDeviceCount(value: unknown, most: number): value is number {
  return isWhole(value, 1, most);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
