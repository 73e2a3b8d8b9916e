// Phones that sleep and are woken by push notifications (RFC 8599), the calls and texts to them, and when they fall asleep.
// In some runs only: the others are those of deployments without push.
import { PUSH_HOST } from "../cloud/push-service.ts";
import type { Random } from "../core/random.ts";
import { generateCall, generatePhones, pickFrom } from "./calls.ts";
import type { PhonePlan, Script, Step, SubscriberPlan } from "./script.ts";
import { uriOf } from "./users.ts";

export const SLEEPER = "frank";

/** Alone, in a group with a phone that is awake, behind a forwarding, and with one. */
const SUBSCRIBERS = [
  { user: SLEEPER },
  { user: "crew", group: [uriOf(SLEEPER), uriOf("bob")] },
  { user: "porter", forwarding: { always: uriOf(SLEEPER) } },
  { user: "night", group: [uriOf(SLEEPER)], ringSeconds: 20, forwarding: { noAnswer: uriOf("carol") } },
] as const satisfies readonly SubscriberPlan[];

export function generateSleepers(awake: readonly PhonePlan[], random: Random): Script | undefined {
  if (!random.chance(0.25)) return undefined;
  const phones = generatePhones(SLEEPER, random.named("phones")).map((plan) => pushed(plan, random.named(plan.name)));
  const calls = Array.from({ length: random.between(1, 4) }, (_, index) => {
    const own = random.named(`call ${index}`);
    return { ...generateCall(index, awake, SUBSCRIBERS, own, phones), id: `p${index + 1}` };
  });
  const end = Math.max(...calls.map(({ at }) => at)) + 60_000;
  const texts = Array.from({ length: random.between(0, 3) }, (_, index): Step => {
    const own = random.named(`text ${index}`);
    const from = pickFrom(awake, own).name;
    return { kind: "message", id: `n${index + 1}`, at: own.between(3000, end), from, to: own.pick([SLEEPER, "crew"]) };
  });
  const sleeps = phones.flatMap(({ name }) =>
    [...calls, ...texts].flatMap(({ id, at }): readonly Step[] => {
      const own = random.named(`${name} before ${id}`);
      if (!own.chance(0.8)) return [];
      const before = own.pick([own.between(500, 10_000), own.between(-200, 500), -own.between(0, 20_000)]);
      return [{ kind: "sleep", id: `z-${name}-${id}`, at: Math.max(1000, at - before), phone: name }];
    }),
  );
  const keepSeconds = random.pick([60, 600, 86_400]);
  const refresh = keepSeconds === 600 ? { refreshBefore: [240, 130] } : {};
  const push = { hosts: [PUSH_HOST], keepSeconds, page: "https://example.com/", ...refresh };
  return { settings: { push }, subscribers: SUBSCRIBERS, phones, steps: [...calls, ...texts, ...sleeps], until: end };
}

/** Some come too late, some are never opened. */
function pushed(plan: PhonePlan, random: Random): PhonePlan {
  const wakesAfter = random.pick([
    random.between(100, 2000),
    random.between(100, 10_000),
    random.between(1000, 60_000),
  ]);
  return { ...plan, push: random.chance(0.15) ? {} : { wakesAfter } };
}
