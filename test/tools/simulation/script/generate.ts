// From a seed to a script: the users, their phones, the calls, and the actions of both ends.
import { BOOTH, MEDIA_HOST } from "../cloud/endpoint.ts";
import type { Random } from "../core/random.ts";
import type { Weather } from "../core/weather.ts";
import { generateCall, generatePhones, phoneOf, pickFrom } from "./calls.ts";
import { generateSleepers } from "./sleepers.ts";
import {
  type CallStep,
  type DropStep,
  type Forgery,
  type PhonePlan,
  type Script,
  type Step,
  type SubscriberPlan,
  type TalkAct,
  ATTACKER,
} from "./script.ts";
import { PEOPLE, uriOf } from "./users.ts";

export function generate(random: Random, weather: Weather): Script {
  const subscribers = generateSubscribers(random.named("subscribers"));
  const phones = PEOPLE.flatMap((user) => generatePhones(user, random.named(`phones of ${user}`)));
  const attacker = phoneOf(ATTACKER, 1, random.named(ATTACKER));
  const calls = generateCalls(phones, subscribers, random.named("calls"));
  const http = generateHttpCalls(phones, random.named("HTTP callees"));
  const sleepers = generateSleepers(phones, random.named("sleepers"));
  const end = Math.max(...calls.map(({ at }) => at), (sleepers?.until ?? 0) - 60_000) + 120_000;
  const absent = generatePhones(ABSENTEE, random.named(`phones of ${ABSENTEE}`))
    .map((plan) => late(plan, end))
    .map((plan) => choosy(plan, random.named(`refusals of ${plan.name}`)));
  const steps = [
    ...calls,
    ...http,
    ...generateDrops(phones, [...calls, ...http], weather, random.named("drops")),
    ...generateRest(phones, end, random.named("rest")),
    ...generateTexts(phones, absent, end, random.named("texts")),
    ...(sleepers?.steps ?? []),
  ];
  return {
    settings: {
      ...generateSettings(random.named("settings")),
      ...(http.length > 0 && { httpHosts: [MEDIA_HOST] }),
      ...sleepers?.settings,
    },
    subscribers: [
      ...subscribers,
      ...HTTP_CALLEES,
      ...(sleepers?.subscribers ?? []),
      { user: ABSENTEE },
      { user: ATTACKER },
    ],
    phones: [...phones, ...absent, ...(sleepers?.phones ?? []), attacker],
    steps: steps.toSorted((a, b) => a.at - b.at),
    until: end + 240_000,
  };
}

/** Has no phone until the calls are over; texts wait for it. */
const ABSENTEE = "erin";

/** Texts to the absentee, and losses of its phones while they are delivered. */
function generateTexts(
  senders: readonly PhonePlan[],
  receivers: readonly PhonePlan[],
  end: number,
  random: Random,
): readonly Step[] {
  const count = random.between(0, MOST_TEXTS);
  const texts = Array.from({ length: count }, (_, index): Step => {
    const text = random.named(`text ${index}`);
    const at = end + text.pick([text.between(0, 20_000), text.between(0, 90_000)]);
    return { kind: "message", id: `t${index + 1}`, at, from: pickFrom(senders, text).name, to: ABSENTEE };
  });
  const drops = receivers.flatMap(({ name, online }): readonly Step[] => {
    const drop = random.named(`drop of ${name}`);
    if (count === 0 || !drop.chance(0.4)) return [];
    const at = online + drop.pick([drop.between(0, 1000), drop.between(0, 40_000)]);
    const backAfter = drop.pick([drop.between(50, 2000), drop.between(1000, 40_000)]);
    return [{ kind: "drop", id: `e-${name}`, at, phone: name, backAfter, forgets: drop.chance(0.3) }];
  });
  return [...texts, ...drops];
}

function late(plan: PhonePlan, end: number): PhonePlan {
  return { ...plan, online: end + 20_000 + 10 * plan.online };
}

const MOST_TEXTS = 4;

/** Refuses some of the texts, with a status of the text or of the moment. */
function choosy(plan: PhonePlan, random: Random): PhonePlan {
  if (!random.chance(0.4)) return plan;
  const texts = Array.from({ length: MOST_TEXTS }, (_, index) => `t${index + 1}`).filter(() => random.chance(0.5));
  return { ...plan, refuses: { texts, status: random.pick([415, 480, 503, 603]) } };
}

function generateSettings(random: Random): Script["settings"] {
  return {
    followsRedirects: random.chance(0.3),
    digestAlgorithms: ["MD5"],
    calls: random.chance(0.2) ? "stateless" : "tracked",
    lostCallSeconds: random.pick([40, 60, 90]),
    longestCallSeconds: random.pick([0, 0, 0, 20]),
  };
}

/** Routing policies of the users. Circles of forwarding among them are intended. */
function generateSubscribers(random: Random): readonly SubscriberPlan[] {
  const people = PEOPLE.map((user): SubscriberPlan => {
    const wish = random.between(0, 11);
    const other = uriOf(random.pick(PEOPLE));
    const limit = random.chance(0.2) ? { ringSeconds: random.between(10, 60) } : {};
    if (wish === 0) return { user, ...limit, forwarding: { busy: other } };
    if (wish === 1) return { user, ringSeconds: random.between(8, 40), forwarding: { noAnswer: other } };
    if (wish === 2) return { user, forwarding: { always: other } };
    if (wish === 3) return { user, routing: "redirect" };
    return { user, ...limit };
  });
  return [
    ...people,
    {
      user: "team",
      group: random
        .pick([
          ["bob", "carol"],
          ["bob", "carol", "dave"],
        ])
        .map(uriOf),
      ...orderOf(random.named("order of team")),
    },
    { user: "boss", aliasOf: uriOf("bob") },
  ];
}

/** A stream of its own: the other draws are those of a team without an order. */
function orderOf(random: Random): Partial<SubscriberPlan> {
  if (!random.chance(0.4)) return {};
  const groupOrder = random.pick(["in-turn", "weighted", "longest-idle"] as const);
  return { groupOrder, groupSeconds: random.pick([5, 10, 20]) };
}

function generateCalls(
  phones: readonly PhonePlan[],
  subscribers: readonly SubscriberPlan[],
  random: Random,
): readonly CallStep[] {
  const count = random.between(2, 6);
  return Array.from({ length: count }, (_, index) =>
    generateCall(index, phones, subscribers, random.named(String(index))),
  );
}

/** Answered over HTTP: alone, one call at a time, beside a phone, and when a phone does not answer. */
const HTTP_CALLEES = [
  { user: "studio", http: { url: `https://${MEDIA_HOST}/whip` } },
  { user: "booth", http: { url: BOOTH, limit: 1 } },
  { user: "hotline", group: [uriOf("bob"), uriOf("studio")] },
  { user: "office", group: [uriOf("carol")], ringSeconds: 8, forwarding: { noAnswer: uriOf("studio") } },
] as const satisfies readonly SubscriberPlan[];

/** In some runs only: the others are those of deployments without HTTP callees. The endpoint does not hang up. */
function generateHttpCalls(phones: readonly PhonePlan[], random: Random): readonly CallStep[] {
  if (!random.chance(0.25)) return [];
  const count = random.between(1, 5);
  const isBoothAlone = random.chance(0.4);
  const callees = HTTP_CALLEES.filter(({ user }) => !isBoothAlone || user === "booth");
  return Array.from({ length: count }, (_, index): CallStep => {
    const own = random.named(String(index));
    const call = generateCall(index, phones, callees, own);
    const acts = call.talk.acts.map((act): TalkAct => ({ ...act, by: "caller" }));
    return { ...call, id: `h${index + 1}`, hasOffer: true, talk: { ...call.talk, acts, hangsUp: "caller" } };
  });
}

/** Most of them during a call, where they have an effect. */
function generateDrops(
  phones: readonly PhonePlan[],
  calls: readonly CallStep[],
  weather: Weather,
  random: Random,
): readonly DropStep[] {
  const drops: DropStep[] = [];
  for (const call of calls) {
    for (const { name } of phones) {
      const stepRandom = random.named(`${call.id} ${name}`);
      if (!stepRandom.chance(weather.drops * 0.25)) continue;
      drops.push({
        kind: "drop",
        id: `d${drops.length + 1}`,
        at:
          call.at +
          stepRandom.pick([
            stepRandom.between(0, 3000),
            stepRandom.between(0, 60_000),
            stepRandom.between(30_000, 200_000),
          ]),
        phone: name,
        ...(!stepRandom.chance(0.15) && {
          backAfter: stepRandom.pick([stepRandom.between(50, 2000), stepRandom.between(1000, 40_000)]),
        }),
        forgets: stepRandom.chance(0.2),
      });
    }
  }
  return drops;
}

const FORGERIES: readonly [Forgery, ...Forgery[]] = [
  "request in dialog",
  "answer",
  "refusal",
  "provisional",
  "cancel",
  "registration",
  "name",
];

function generateRest(phones: readonly PhonePlan[], end: number, random: Random): readonly Step[] {
  const times = (name: string, most: number): readonly Random[] =>
    Array.from({ length: random.named(name).between(0, most) }, (_, index) => random.named(`${name} ${index}`));
  return [
    ...times("message", 3).map(
      (stepRandom, index): Step => ({
        kind: "message",
        id: `m${index + 1}`,
        at: stepRandom.between(3000, end),
        from: pickFrom(phones, stepRandom).name,
        to: stepRandom.pick([...PEOPLE, "team"]),
      }),
    ),
    ...times("refresh", 4).map(
      (stepRandom, index): Step => ({
        kind: "refresh",
        id: `r${index + 1}`,
        at: stepRandom.pick([stepRandom.between(0, 4000), stepRandom.between(0, end)]),
        phone: pickFrom(phones, stepRandom).name,
      }),
    ),
    ...times("quit", 1).map(
      (stepRandom, index): Step => ({
        kind: "quit",
        id: `q${index + 1}`,
        at: stepRandom.between(5000, end),
        phone: pickFrom(phones, stepRandom).name,
      }),
    ),
    ...times("steal", 6).map(
      (stepRandom, index): Step => ({
        kind: "steal",
        id: `s${index + 1}`,
        at: stepRandom.between(4500, end),
        what: stepRandom.pick(FORGERIES),
      }),
    ),
  ];
}
