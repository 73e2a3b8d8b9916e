// When a device without a connection is asked to register again (RFC 8599 §5.5): before the end of its registration, more than
// once if it does not. No timer is set for a device that is connected, which refreshes by itself, and for one that wakes itself
// (RFC 8599 §4.1.4).
import { REFRESH_GRACE_SECONDS } from "../policy/push.ts";
import { pushAddressOf } from "../state/push-address.ts";
import { type Binding, deviceOf, type Registration } from "../state/registration.ts";
import type { TimerRequest } from "../timer.ts";
import type { World } from "../world.ts";

/** The timers of the devices that have lost their connection between the two. */
export function refreshTimers(
  before: Registration,
  after: Registration,
  world: Pick<World, "settings" | "now">,
): readonly TimerRequest[] {
  const known = new Set(before.asleep);
  return (after.asleep ?? [])
    .filter((binding) => !known.has(binding) && !binding.wakesItself && pushAddressOf(binding.contact) !== undefined)
    .flatMap((binding) => firstTimer(after.aor, binding, world));
}

/**
 * A device that has lost its connection after the last of the times is asked once, a moment later.
 * @param asleep as `withSleeping` keeps it: `expiresAt` is the end of its being woken
 */
function firstTimer(aor: string, asleep: Binding, world: Pick<World, "settings" | "now">): readonly TimerRequest[] {
  const { now, settings } = world;
  const soon = now + REFRESH_GRACE_SECONDS;
  if ((settings.push?.refreshBefore ?? []).length === 0 || registeredUntil(asleep, world) <= soon) return [];
  return [timerAt(aor, asleep, nextTime(asleep, soon, world) ?? soon, now)];
}

/** The timer after the one that has come. @param at the time of that one */
export function nextTimer(
  aor: string,
  asleep: Binding,
  at: number,
  world: Pick<World, "settings" | "now">,
): readonly TimerRequest[] {
  const time = nextTime(asleep, Math.max(at, world.now), world);
  return time === undefined ? [] : [timerAt(aor, asleep, time, world.now)];
}

/** Epoch seconds of the end of the registration that the device had. */
export function registeredUntil({ expiresAt }: Binding, { settings: { push } }: Pick<World, "settings">): number {
  return expiresAt - (push?.keepSeconds ?? 0);
}

function nextTime(asleep: Binding, after: number, world: Pick<World, "settings" | "now">): number | undefined {
  const end = registeredUntil(asleep, world);
  const times = (world.settings.push?.refreshBefore ?? []).map((seconds) => end - seconds);
  return times.find((time) => time > after);
}

function timerAt(aor: string, asleep: Binding, at: number, now: number): TimerRequest {
  return { kind: "refresh", aor, device: deviceOf(asleep), wakableUntil: asleep.expiresAt, at, delaySeconds: at - now };
}
