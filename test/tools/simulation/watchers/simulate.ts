// One run of the notifier: watchers, and devices that publish, against the deployed code, in the weather of its seed.
import { createSecretKey } from "node:crypto";
import { createMemoryState, type MemoryState } from "../../../../lib/memory/state/state.ts";
import { ha1 } from "../../../../lib/sip/auth/digest.ts";
import type { ResourceState } from "../../../../lib/sip/state/resource-state.ts";
import { defaultSettings, type Settings } from "../../../../lib/sip/policy/settings.ts";
import { createEndpoint } from "../cloud/endpoint.ts";
import { createGateway } from "../cloud/gateway.ts";
import { createLambdas, type Lambdas } from "../cloud/lambda.ts";
import { createPushService } from "../cloud/push-service.ts";
import { createTimerQueue } from "../cloud/queue.ts";
import { createRandom } from "../core/random.ts";
import { createRecord, type Fact } from "../core/record.ts";
import { createSchedule, RestlessError } from "../core/schedule.ts";
import { type Weather, weatherOf, weathers } from "../core/weather.ts";
import { DOMAIN, uriOf } from "../script/users.ts";
import { generateWatching, LISTED, TEAM, WATCHED, type WatchScript } from "./script.ts";
import { createWatchPhone, type WatchPhone } from "./watch-phone.ts";

export interface WatchRun {
  readonly seed: number;
  readonly weather: Weather;
  readonly script: WatchScript;
  readonly facts: readonly Fact[];
  readonly rows: MemoryState["rows"];
  readonly cameToRest: boolean;
  /** As each phone was when the refreshes ended. */
  readonly ends: ReadonlyMap<
    string,
    { readonly shown: ReturnType<WatchPhone["shown"]>; readonly acknowledged: number | undefined }
  >;
  /** The states of the users that are watched, at that time, by user. */
  readonly states: ReadonlyMap<string, ResourceState>;
}

export async function simulateWatching(seed: number, chosen?: Weather): Promise<WatchRun> {
  const whole = createRandom(seed);
  const weather = chosen ?? weathers[weatherOf(whole.named("weather"))];
  const script = generateWatching(whole.named("watching"));
  const random = whole.named("run");
  const schedule = createSchedule(random.named("schedule"));
  const record = createRecord(() => schedule.now());
  const memory = createMemoryState();
  for (const user of new Set(script.phones.map((plan) => plan.user))) {
    memory.addSubscriber({ aor: uriOf(user), ha1: { MD5: ha1("MD5", user, DOMAIN, user) } });
  }
  memory.addSubscriber({ aor: uriOf(TEAM), ha1: {}, group: [uriOf(WATCHED), uriOf(LISTED)] });
  const made: { lambdas?: Lambdas } = {};
  const lambdas = (): Lambdas => {
    if (made.lambdas === undefined) throw new TypeError("the run is not put together yet");
    return made.lambdas;
  };
  const cloud = { schedule, record, weather, random, lambdas };
  const settings: Settings = { ...defaultSettings, domains: [DOMAIN], digestAlgorithms: ["MD5"] };
  const gateway = createGateway(cloud);
  const queue = createTimerQueue({ ...cloud, settings });
  const key = { current: createSecretKey(Buffer.from("a signing key")) };
  made.lambdas = createLambdas({
    ...cloud,
    state: memory,
    settings,
    keys: () => Promise.resolve(key),
    post: gateway.post,
    close: gateway.close,
    queue: queue.set,
    ask: createEndpoint(cloud).take,
    push: createPushService(cloud).take,
  });

  const place = { schedule, record, random, gateway, until: script.until, subscribed: script.subscribed };
  const phones = new Map(
    script.phones.map((plan) => {
      return [plan.name, createWatchPhone(plan, { ...place, watchesList: script.lists.includes(plan.name) })];
    }),
  );
  for (const phone of phones.values()) schedule.after(phone.plan.online, () => phone.connect());
  for (const step of script.steps) schedule.after(step.at, () => play(step, phones));

  let ends: WatchRun["ends"] = new Map();
  let states: WatchRun["states"] = new Map();
  schedule.after(script.until, () => {
    ends = new Map(
      [...phones].map(([name, phone]) => [name, { shown: phone.shown(), acknowledged: phone.acknowledged() }]),
    );
    states = new Map(
      [WATCHED, LISTED].flatMap((user) => {
        const state = memory.rows.resourceStates.get(`presence;${uriOf(user)}`);
        return state === undefined ? [] : [[user, state] as const];
      }),
    );
  });
  const cameToRest = await schedule.run().then(
    () => true,
    (error: unknown) => {
      if (error instanceof RestlessError) return false;
      throw error;
    },
  );
  return { seed, weather, script, facts: record.facts, rows: memory.rows, cameToRest, ends, states };
}

function play(step: WatchScript["steps"][number], phones: ReadonlyMap<string, WatchPhone>): void {
  const phone = phones.get(step.phone);
  if (step.kind === "publish") phone?.publish();
  else phone?.drop(step.backAfter);
}
