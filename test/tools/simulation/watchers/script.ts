// From a seed to a script: phones that watch a user, or a list of two; devices of these that publish, and their connections.
import { phoneOf } from "../script/calls.ts";
import type { PhonePlan } from "../script/script.ts";
import type { Random } from "../core/random.ts";

export const WATCHED = "bob";

/** The other member of the list. */
export const LISTED = "gina";

/** The group whose members are the list. */
export const TEAM = "team";

export function isWatcher(user: string): boolean {
  return user !== WATCHED && user !== LISTED;
}

/** Times are in milliseconds since the run began. */
export interface WatchScript {
  readonly phones: readonly PhonePlan[];
  readonly steps: readonly WatchStep[];
  /** Phones that watch the list, and not the user. */
  readonly lists: readonly string[];
  /** Seconds of a subscription: of one that is refreshed in the run, or of one that is not. */
  readonly subscribed: number;
  /** Nothing is changed after it. */
  readonly calm: number;
  /** Phones refresh nothing after it, so that the run can end. */
  readonly until: number;
}

export type WatchStep =
  | { readonly kind: "publish"; readonly at: number; readonly phone: string }
  | { readonly kind: "drop"; readonly at: number; readonly phone: string; readonly backAfter?: number };

const CALM = 120_000;

/** Time for each subscription to be refreshed twice. */
const AFTERWARDS = 300_000;

/** A time in which each timer that is set again and again is set more often than the platform lets it. */
const LONG_AFTERWARDS = 3 * 3_600_000;

export function generateWatching(random: Random): WatchScript {
  const watchers = ["alice", "carol", "dave"].map((user) => phoneOf(user, 1, random.named(user)));
  const devices = [1, 2].map((number) => phoneOf(WATCHED, number, random.named(`device ${number}`)));
  const listed = phoneOf(LISTED, 1, random.named("listed"));
  const phones = [...watchers, ...devices, listed].map(steady);
  const lists = watchers.filter(({ name }) => random.named("lists").named(name).chance(0.5));
  const steps = [
    ...publishes(devices, random.named("publishes")),
    ...(lists.length > 0 ? publishes([listed], random.named("publishes")) : []),
    ...burst(devices, random.named("burst")),
    ...drops(phones, random.named("drops")),
  ];
  const isLong = random.named("long").chance(0.03);
  return {
    phones,
    lists: lists.map(({ name }) => name),
    subscribed: isLong ? 600 : random.named("subscribed").pick([120, 3600]),
    steps: steps.toSorted((a, b) => a.at - b.at),
    calm: CALM,
    until: CALM + (isLong ? LONG_AFTERWARDS : AFTERWARDS),
  };
}

function steady(plan: PhonePlan): PhonePlan {
  return { ...plan, hasInstance: true, expires: 540 };
}

/** Often at the same moment. */
function publishes(devices: readonly PhonePlan[], random: Random): readonly WatchStep[] {
  return Array.from({ length: random.between(2, 8) }, (_, index) => {
    const at = random.named(`time ${index >> 1}`).between(8000, CALM - 10_000) + random.between(0, 60);
    return { kind: "publish", at, phone: devices[index % devices.length]?.name ?? "" } as const;
  });
}

/** A device that changes its document over and over, in one run of four. */
function burst([device]: readonly PhonePlan[], random: Random): readonly WatchStep[] {
  if (device === undefined || !random.chance(0.25)) return [];
  const from = random.between(8000, CALM - 30_000);
  const apart = random.between(150, 600);
  return Array.from({ length: 30 }, (_, index) => {
    return { kind: "publish", at: from + index * apart, phone: device.name } as const;
  });
}

function drops(phones: readonly PhonePlan[], random: Random): readonly WatchStep[] {
  return phones.flatMap(({ name }): readonly WatchStep[] => {
    const own = random.named(name);
    if (!own.chance(0.5)) return [];
    const backAfter = own.pick([own.between(50, 2000), own.between(1000, 40_000)]);
    const at = own.between(6000, CALM - 50_000);
    return [{ kind: "drop", at, phone: name, ...(!own.chance(0.3) && { backAfter }) }];
  });
}
