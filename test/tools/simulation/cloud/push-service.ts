// The push service of the phones that sleep (RFC 8030). In bad weather it is slow, asks for a later attempt, takes a push and
// answers too late, loses one, delivers one twice, refuses, or has forgotten the subscription.
import type { Push, PushFailure } from "../../../../lib/sip/effect.ts";
import { PUSH_AGAIN_SECONDS } from "../../../../lib/sip/policy/push.ts";
import type { Random } from "../core/random.ts";
import type { Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";

export const PUSH_HOST = "push.example.com";

export interface PushService {
  /** URL of the phone's subscription; another one after the service has forgotten it. */
  subscribe(phone: string, notified: (push: Push) => void): string;
  /** Resolves when the answer, or the failure, is there. */
  take(push: Push): Promise<"delivered" | PushFailure>;
}

interface Parts {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
}

interface Subscription {
  readonly phone: string;
  readonly url: string;
  readonly notified: (push: Push) => void;
  isForgotten: boolean;
  /** Topic to the newest push of it. */
  readonly newest: Map<string, Push>;
}

type Trouble = "slow" | "late" | "busy" | "down" | "dozes" | "loses" | "twice" | "refuses" | "forgets";

const troubles = [
  "slow",
  "late",
  "busy",
  "busy",
  "down",
  "dozes",
  "loses",
  "twice",
  "refuses",
  "forgets",
] as const satisfies readonly Trouble[];

/** Milliseconds after which the sender gives up (`lib/aws/web-push/send-push.ts`). */
const PATIENCE = 5000;

export function createPushService({ schedule, record, weather, random }: Parts): PushService {
  const subscriptions = new Map<string, Subscription>();
  const current = new Map<string, Subscription>();
  const taken = new Map<string, number>();

  /** RFC 8030 §5.4: a later push of the topic replaces one that is on its way. */
  function deliver(to: Subscription, push: Push, afterMilliseconds: number): "delivered" {
    to.newest.set(push.topic, push);
    schedule.after(afterMilliseconds, () => {
      const isLate = afterMilliseconds > push.ttlSeconds * 1000;
      if (to.isForgotten || isLate || to.newest.get(push.topic) !== push) return;
      record.add({ kind: "notified", phone: to.phone, push });
      to.notified(push);
    });
    return "delivered";
  }

  return {
    subscribe(phone, notified) {
      const known = current.get(phone);
      if (known?.isForgotten === false) return known.url;
      const url = `https://${PUSH_HOST}/${phone}/${subscriptions.size + 1}`;
      const subscription = { phone, url, notified, isForgotten: false, newest: new Map<string, Push>() };
      subscriptions.set(url, subscription);
      current.set(phone, subscription);
      return url;
    },
    take(push) {
      const to = subscriptions.get(push.address.prid);
      const key = `push ${push.topic} ${push.why} ${push.to.instance} ${push.attempt}`;
      const number = (taken.get(key) ?? 0) + 1;
      taken.set(key, number);
      const own = random.named(`${key} ${number}`);
      const trouble: Trouble | undefined = own.chance(weather.push) ? own.pick(troubles) : undefined;
      const way = own.between(20, 2000);
      const after = (milliseconds: number, result: () => "delivered" | PushFailure) =>
        new Promise<"delivered" | PushFailure>((resolve) => schedule.after(milliseconds, () => resolve(result())));
      if (to === undefined || to.isForgotten) return after(own.between(5, 300), () => "gone");

      switch (trouble) {
        case "slow":
          return after(own.between(1000, PATIENCE - 1), () => deliver(to, push, way));
        case "late":
          schedule.after(own.between(5, 300), () => void deliver(to, push, way));
          return after(PATIENCE, () => LATER);
        case "busy":
          return after(own.between(5, 300), () => ({ retryAfterSeconds: own.pick([1, 5, 15, 60]) }));
        case "down":
          return after(own.between(5, 300), () => LATER);
        case "dozes":
          return after(own.between(5, 300), () => deliver(to, push, own.between(1000, 60_000)));
        case "loses":
          return after(own.between(5, 300), () => "delivered");
        case "twice":
          schedule.after(own.between(5, 300), () => void deliver(to, push, way));
          return after(own.between(5, 300), () => deliver(to, push, way + own.between(0, 2000)));
        case "refuses":
          return after(own.between(5, 300), () => "failed");
        case "forgets":
          to.isForgotten = true;
          return after(own.between(5, 300), () => "gone");
        case undefined:
          return after(own.between(5, 300), () => deliver(to, push, way));
      }
    },
  };
}

const LATER: PushFailure = { retryAfterSeconds: PUSH_AGAIN_SECONDS };
