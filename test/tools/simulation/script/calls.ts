// Phones, and calls with the actions of both ends, from draws of their own.
import type { Random } from "../core/random.ts";
import type { CallStep, PhonePlan, Reaction, SubscriberPlan, Talk, TalkAct } from "./script.ts";
import { PEOPLE, uriOf } from "./users.ts";

export function generatePhones(user: string, random: Random): readonly PhonePlan[] {
  const count = random.pick([1, 1, 2, 2, 3]);
  return Array.from({ length: count }, (_, index) => phoneOf(user, index + 1, random.named(String(index))));
}

export function phoneOf(user: string, number: number, random: Random): PhonePlan {
  return {
    name: `${user}.${number}`,
    user,
    online: random.between(0, 2000),
    hasInstance: !random.chance(0.1),
    q: random.pick(["1.0", "1.0", "0.5"]),
    expires: random.pick([120, 540, 540]),
    insists: random.chance(0.2),
    isPatient: random.chance(0.5),
  };
}

/** @param callees further phones that it may ring */
export function generateCall(
  index: number,
  phones: readonly PhonePlan[],
  subscribers: readonly SubscriberPlan[],
  random: Random,
  callees: readonly PhonePlan[] = [],
): CallStep {
  const from = pickFrom(phones, random);
  const called = subscribers.filter(({ user }) => user !== from.user);
  const reactions = [...phones, ...callees].map(({ name }) => [name, generateReaction(random.named(name))] as const);
  return {
    kind: "call",
    id: `c${index + 1}`,
    at: 4000 + random.between(0, 40_000) + index * random.pick([0, 2000, 30_000]),
    from: from.name,
    to: pickFrom(called, random).user,
    ...(random.chance(0.35) && {
      patience: random.pick([random.between(0, 1500), random.between(0, 20_000), random.between(20_000, 240_000)]),
    }),
    follows: random.chance(0.5),
    reactions: Object.fromEntries(reactions),
    talk: generateTalk(random.named("talk")),
  };
}

function generateReaction(random: Random): Reaction {
  const ringing = {
    ...(!random.chance(0.1) && {
      ringsAfter: random.chance(0.04) ? random.between(30_000, 50_000) : random.between(5, 1500),
    }),
    ...(random.chance(0.15) && { ringsAgainAfter: random.between(20_000, 120_000) }),
  };
  const decidesAfter = random.pick([random.between(1, 800), random.between(500, 10_000), random.between(5000, 60_000)]);
  switch (random.between(0, 9)) {
    case 0:
    case 1:
      return { ...ringing, status: 200 }; // never answers
    case 2:
      return { ...ringing, decidesAfter, status: 486 };
    case 3:
      return { ...ringing, decidesAfter, status: random.pick([480, 404, 503, 401, 488]) };
    case 4:
      return { ...ringing, decidesAfter, status: random.pick([603, 600]) };
    case 5:
      return { ...ringing, decidesAfter, status: 302, contact: uriOf(random.pick(PEOPLE)) };
    default:
      return { ...ringing, decidesAfter, status: 200 };
  }
}

function generateTalk(random: Random): Talk {
  const acts = Array.from(
    { length: random.pick([0, 0, 1, 2, 3]) },
    (): TalkAct => ({
      after: random.between(100, 40_000),
      by: random.pick(["caller", "callee"]),
      method: random.pick(["INVITE", "INFO"]),
    }),
  );
  return { acts, hangsUp: random.pick(["caller", "callee"]), hangsUpAfter: random.between(200, 60_000) };
}

export function pickFrom<T>(choices: readonly T[], random: Random): T {
  const [first, ...rest] = choices;
  if (first === undefined) throw new RangeError("nothing to pick from");
  return random.pick([first, ...rest]);
}
