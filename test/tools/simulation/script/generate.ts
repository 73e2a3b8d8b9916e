// From a seed to a script: the users, their phones, the calls, and the actions of both ends.
import type { Dice } from "../core/dice.ts";
import type { Weather } from "../core/weather.ts";
import {
  type CallStep,
  type DropStep,
  type Loot,
  type PhonePlan,
  type Reaction,
  type Script,
  type Step,
  type SubscriberPlan,
  type Talk,
  type TalkAct,
  THIEF,
} from "./script.ts";

export const DOMAIN = "example.com";

const PEOPLE = ["alice", "bob", "carol", "dave"] as const;

export function generate(dice: Dice, weather: Weather): Script {
  const subscribers = generateSubscribers(dice.named("subscribers"));
  const phones = PEOPLE.flatMap((user) => generatePhones(user, dice.named(`phones of ${user}`)));
  const thief = phoneOf(THIEF, 1, dice.named(THIEF));
  const calls = generateCalls(phones, subscribers, dice.named("calls"));
  const end = Math.max(...calls.map(({ at }) => at)) + 120_000;
  const steps = [
    ...calls,
    ...generateDrops(phones, calls, weather, dice.named("drops")),
    ...generateRest(phones, end, dice.named("rest")),
  ];
  return {
    settings: generateSettings(dice.named("settings")),
    subscribers: [...subscribers, { user: THIEF }],
    phones: [...phones, thief],
    steps: steps.toSorted((a, b) => a.at - b.at),
    until: end + 240_000,
  };
}

function generateSettings(dice: Dice): Script["settings"] {
  return {
    followsRedirects: dice.chance(0.3),
    digestAlgorithms: ["MD5"],
    calls: dice.chance(0.2) ? "stateless" : "tracked",
    lostCallSeconds: dice.pick([40, 60, 90]),
    longestCallSeconds: dice.pick([0, 0, 0, 20]),
  };
}

/** Routing policies of the users. Circles of forwarding among them are intended. */
function generateSubscribers(dice: Dice): readonly SubscriberPlan[] {
  const people = PEOPLE.map((user): SubscriberPlan => {
    const wish = dice.between(0, 11);
    const other = uriOf(dice.pick(PEOPLE));
    const limit = dice.chance(0.2) ? { ringSeconds: dice.between(10, 60) } : {};
    if (wish === 0) return { user, ...limit, forwarding: { busy: other } };
    if (wish === 1) return { user, ringSeconds: dice.between(8, 40), forwarding: { noAnswer: other } };
    if (wish === 2) return { user, forwarding: { always: other } };
    if (wish === 3) return { user, routing: "redirect" };
    return { user, ...limit };
  });
  return [
    ...people,
    {
      user: "team",
      group: dice
        .pick([
          ["bob", "carol"],
          ["bob", "carol", "dave"],
        ])
        .map(uriOf),
    },
    { user: "boss", aliasOf: uriOf("bob") },
  ];
}

function generatePhones(user: string, dice: Dice): readonly PhonePlan[] {
  const count = dice.pick([1, 1, 2, 2, 3]);
  return Array.from({ length: count }, (_, index) => phoneOf(user, index + 1, dice.named(String(index))));
}

function phoneOf(user: string, number: number, dice: Dice): PhonePlan {
  return {
    name: `${user}.${number}`,
    user,
    online: dice.between(0, 2000),
    hasInstance: !dice.chance(0.1),
    q: dice.pick(["1.0", "1.0", "0.5"]),
    expires: dice.pick([120, 540, 540]),
    insists: dice.chance(0.2),
    isPatient: dice.chance(0.5),
  };
}

function generateCalls(
  phones: readonly PhonePlan[],
  subscribers: readonly SubscriberPlan[],
  dice: Dice,
): readonly CallStep[] {
  const count = dice.between(2, 6);
  return Array.from({ length: count }, (_, index) =>
    generateCall(index, phones, subscribers, dice.named(String(index))),
  );
}

function generateCall(
  index: number,
  phones: readonly PhonePlan[],
  subscribers: readonly SubscriberPlan[],
  dice: Dice,
): CallStep {
  const from = pickFrom(phones, dice);
  const callees = subscribers.filter(({ user }) => user !== from.user);
  const reactions = phones.map(({ name }) => [name, generateReaction(dice.named(name))] as const);
  return {
    kind: "call",
    id: `c${index + 1}`,
    at: 4000 + dice.between(0, 40_000) + index * dice.pick([0, 2000, 30_000]),
    from: from.name,
    to: pickFrom(callees, dice).user,
    ...(dice.chance(0.35) && {
      patience: dice.pick([dice.between(0, 1500), dice.between(0, 20_000), dice.between(20_000, 240_000)]),
    }),
    follows: dice.chance(0.5),
    reactions: Object.fromEntries(reactions),
    talk: generateTalk(dice.named("talk")),
  };
}

function generateReaction(dice: Dice): Reaction {
  const ringing = {
    ...(!dice.chance(0.1) && { ringsAfter: dice.chance(0.04) ? dice.between(30_000, 50_000) : dice.between(5, 1500) }),
    ...(dice.chance(0.15) && { ringsAgainAfter: dice.between(20_000, 120_000) }),
  };
  const decidesAfter = dice.pick([dice.between(1, 800), dice.between(500, 10_000), dice.between(5000, 60_000)]);
  switch (dice.between(0, 9)) {
    case 0:
    case 1:
      return { ...ringing, status: 200 }; // never answers
    case 2:
      return { ...ringing, decidesAfter, status: 486 };
    case 3:
      return { ...ringing, decidesAfter, status: dice.pick([480, 404, 503, 401, 488]) };
    case 4:
      return { ...ringing, decidesAfter, status: dice.pick([603, 600]) };
    case 5:
      return { ...ringing, decidesAfter, status: 302, contact: uriOf(dice.pick(PEOPLE)) };
    default:
      return { ...ringing, decidesAfter, status: 200 };
  }
}

function generateTalk(dice: Dice): Talk {
  const acts = Array.from(
    { length: dice.pick([0, 0, 1, 2, 3]) },
    (): TalkAct => ({
      after: dice.between(100, 40_000),
      by: dice.pick(["caller", "callee"]),
      method: dice.pick(["INVITE", "INFO"]),
    }),
  );
  return { acts, hangsUp: dice.pick(["caller", "callee"]), hangsUpAfter: dice.between(200, 60_000) };
}

/** Most of them during a call, where they have an effect. */
function generateDrops(
  phones: readonly PhonePlan[],
  calls: readonly CallStep[],
  weather: Weather,
  dice: Dice,
): readonly DropStep[] {
  const drops: DropStep[] = [];
  for (const call of calls) {
    for (const { name } of phones) {
      const luck = dice.named(`${call.id} ${name}`);
      if (!luck.chance(weather.drops * 0.25)) continue;
      drops.push({
        kind: "drop",
        id: `d${drops.length + 1}`,
        at: call.at + luck.pick([luck.between(0, 3000), luck.between(0, 60_000), luck.between(30_000, 200_000)]),
        phone: name,
        ...(!luck.chance(0.15) && { backAfter: luck.pick([luck.between(50, 2000), luck.between(1000, 40_000)]) }),
        forgets: luck.chance(0.2),
      });
    }
  }
  return drops;
}

const LOOT: readonly [Loot, ...Loot[]] = [
  "request in dialog",
  "answer",
  "refusal",
  "provisional",
  "cancel",
  "registration",
  "name",
];

function generateRest(phones: readonly PhonePlan[], end: number, dice: Dice): readonly Step[] {
  const times = (name: string, most: number): readonly Dice[] =>
    Array.from({ length: dice.named(name).between(0, most) }, (_, index) => dice.named(`${name} ${index}`));
  return [
    ...times("message", 3).map(
      (luck, index): Step => ({
        kind: "message",
        id: `m${index + 1}`,
        at: luck.between(3000, end),
        from: pickFrom(phones, luck).name,
        to: luck.pick([...PEOPLE, "team"]),
      }),
    ),
    ...times("refresh", 4).map(
      (luck, index): Step => ({
        kind: "refresh",
        id: `r${index + 1}`,
        at: luck.pick([luck.between(0, 4000), luck.between(0, end)]),
        phone: pickFrom(phones, luck).name,
      }),
    ),
    ...times("quit", 1).map(
      (luck, index): Step => ({
        kind: "quit",
        id: `q${index + 1}`,
        at: luck.between(5000, end),
        phone: pickFrom(phones, luck).name,
      }),
    ),
    ...times("steal", 6).map(
      (luck, index): Step => ({
        kind: "steal",
        id: `s${index + 1}`,
        at: luck.between(4500, end),
        what: luck.pick(LOOT),
      }),
    ),
  ];
}

function pickFrom<T>(choices: readonly T[], dice: Dice): T {
  const [first, ...rest] = choices;
  if (first === undefined) throw new RangeError("nothing to pick from");
  return dice.pick([first, ...rest]);
}

export function uriOf(user: string): string {
  return `sip:${user}@${DOMAIN}`;
}
