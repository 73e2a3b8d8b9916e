// Devices without a connection that a push can wake (RFC 8599 §5.6.2). Their bindings leave the others when their flow closes or
// their registration ends, because nothing can be sent to them, and stay beside them until a REGISTER of the device comes.
import type { Settings } from "../policy/settings.ts";
import type { RegistrationChange } from "../state/change.ts";
import { isLive } from "../state/live.ts";
import { pushAddressOf, withoutPushAddress } from "../state/push-address.ts";
import { type Binding, deviceOf, liveBindings, type Registration } from "../state/registration.ts";
import type { World } from "../world.ts";

/** Every device that a push can wake at `now`, the latest binding of each. */
export function sleepingDevices(
  registration: Registration,
  { now, settings }: { readonly now: number; readonly settings: Pick<Settings, "push"> },
): readonly Binding[] {
  const { push } = settings;
  if (push === undefined) return [];
  const expired = registration.bindings.filter((binding) => !isLive(binding, now)).map(keptBy(push));
  return latestOfEach([...(registration.asleep ?? []), ...expired], liveBindings(registration, now), now);
}

/**
 * The registration after a change of its bindings: devices of bindings that were dropped or have expired sleep from then on,
 * devices with a live binding are awake.
 * @param before as it was read
 */
export function withSleeping(
  before: Registration,
  after: Registration,
  { now, settings }: Pick<World, "now" | "settings">,
): Registration {
  const { push, maxBindings } = settings;
  if (push === undefined) return after;
  const stays = new Set(after.bindings.filter((binding) => isLive(binding, now)).map(deviceOf));
  const ended = new Set(after.bindings.filter((binding) => !before.bindings.includes(binding)).map(deviceOf));
  const left = before.bindings.filter((binding) => !stays.has(deviceOf(binding)) && !ended.has(deviceOf(binding)));
  const known = (before.asleep ?? []).filter((binding) => !ended.has(deviceOf(binding)));
  const all = latestOfEach([...known, ...left.map(keptBy(push))], liveBindings(after, now), now);
  const { asleep: _asleep, ...rest } = after;
  return all.length === 0 ? rest : { ...rest, asleep: all.slice(-maxBindings) };
}

/** The row stays as long as one of its devices can be woken, although the event of a closed connection may never come. */
export function keptForPush(change: RegistrationChange, { push }: Settings): RegistrationChange {
  const wakable = change.registration.bindings.filter(({ contact }) => pushAddressOf(contact) !== undefined);
  if (push === undefined || wakable.length === 0) return change;
  const ends = wakable.map(({ expiresAt }) => expiresAt + push.keepSeconds);
  return { ...change, expiresAt: Math.max(change.expiresAt, ...ends) };
}

/**
 * The registration without an address that its push service does not know any more. A device that is connected keeps its binding.
 */
export function withoutAddress(registration: Registration, prid: string): Registration {
  const isOther = ({ contact }: Binding) => pushAddressOf(contact)?.prid !== prid;
  const { asleep = [], ...rest } = registration;
  const bindings = registration.bindings.map((binding) =>
    isOther(binding) ? binding : { ...binding, contact: withoutPushAddress(binding.contact) },
  );
  const left = asleep.filter(isOther);
  return { ...rest, bindings, ...(left.length > 0 && { asleep: left }) };
}

function keptBy({ keepSeconds }: NonNullable<Settings["push"]>): (binding: Binding) => Binding {
  return (binding) => ({ ...binding, expiresAt: binding.expiresAt + keepSeconds });
}

/**
 * A device without an instance has another contact after each load of its page (`deviceOf`): of the bindings of one push
 * address the latest counts, too.
 */
function latestOfEach(all: readonly Binding[], awake: readonly Binding[], now: number): readonly Binding[] {
  const there = new Set(awake.map(deviceOf));
  const reached = new Set(awake.map(({ contact }) => pushAddressOf(contact)?.prid));
  const latest = new Map<string, Binding>();
  for (const binding of all) {
    const isWakable = isLive(binding, now) && pushAddressOf(binding.contact) !== undefined;
    if (isWakable && !there.has(deviceOf(binding))) latest.set(deviceOf(binding), binding);
  }
  const ofAddress = new Map<string, Binding>();
  for (const binding of latest.values()) {
    const prid = pushAddressOf(binding.contact)?.prid ?? "";
    if (!reached.has(prid)) ofAddress.set(prid, binding);
  }
  return [...ofAddress.values()];
}
