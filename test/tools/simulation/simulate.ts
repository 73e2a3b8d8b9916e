// One run: a script, played by phones against the deployed code, in the weather of its seed. The same seed gives the
// same run, to the last message.
import { createSecretKey } from "node:crypto";
import { createMemoryState, type MemoryState } from "../../../lib/memory/state/state.ts";
import { ha1 } from "../../../lib/sip/auth/digest.ts";
import { defaultSettings, type Settings } from "../../../lib/sip/policy/settings.ts";
import { createEndpoint } from "./cloud/endpoint.ts";
import { createGateway } from "./cloud/gateway.ts";
import { createLambdas, type Lambdas } from "./cloud/lambda.ts";
import { createPushService } from "./cloud/push-service.ts";
import { createTimerQueue } from "./cloud/queue.ts";
import { createRandom, type Random } from "./core/random.ts";
import { createRecord, type Fact } from "./core/record.ts";
import { createSchedule, RestlessError, type Schedule } from "./core/schedule.ts";
import { type Weather, weatherOf, weathers } from "./core/weather.ts";
import { createPhone, type Phone } from "./phones/phone.ts";
import { createAttacker } from "./phones/attacker.ts";
import { generate } from "./script/generate.ts";
import { DOMAIN, uriOf } from "./script/users.ts";
import type { CallStep, Script, Step } from "./script/script.ts";

export interface RunOptions {
  readonly seed: number;
  /** Absent: the seed's own. */
  readonly weather?: Weather;
  /** Ids of the steps to play; absent: all. */
  readonly only?: readonly string[];
}

export interface Run {
  readonly seed: number;
  readonly weather: Weather;
  readonly settings: Settings;
  readonly script: Script;
  readonly facts: readonly Fact[];
  /** The stored state at the end. */
  readonly rows: MemoryState["rows"];
  /** False if it did not end within the limit. */
  readonly cameToRest: boolean;
}

export async function simulate({ seed, weather: chosen, only }: RunOptions): Promise<Run> {
  const random = createRandom(seed);
  const weather = chosen ?? weathers[weatherOf(random.named("weather"))];
  const whole = generate(random.named("script"), weather);
  const script = only === undefined ? whole : { ...whole, steps: whole.steps.filter(({ id }) => only.includes(id)) };
  return play(seed, random.named("run"), weather, script);
}

async function play(seed: number, random: Random, weather: Weather, script: Script): Promise<Run> {
  const schedule = createSchedule(random.named("schedule"));
  const record = createRecord(() => schedule.now());
  const settings: Settings = { ...defaultSettings, domains: [DOMAIN], ...script.settings };
  const state = createMemoryState();
  for (const { user, ...policy } of script.subscribers) {
    state.addSubscriber({ aor: uriOf(user), ha1: { MD5: ha1("MD5", user, DOMAIN, user) }, ...policy });
  }

  let lambdas: Lambdas | undefined;
  const cloud = { schedule, record, weather, random, lambdas: () => must(lambdas) };
  const gateway = createGateway(cloud);
  const queue = createTimerQueue({ ...cloud, settings });
  const endpoint = createEndpoint(cloud);
  const pushes = createPushService(cloud);
  const key = { current: createSecretKey(Buffer.from("a signing key")) };
  lambdas = createLambdas({
    ...cloud,
    state,
    settings,
    keys: () => Promise.resolve(key),
    post: gateway.post,
    close: gateway.close,
    queue: queue.set,
    ask: endpoint.take,
    push: pushes.take,
  });

  const calls = new Map(script.steps.filter((step) => step.kind === "call").map((step) => [step.id, step]));
  const stepOf = (callId: string): CallStep | undefined => calls.get(callId.split("@")[0] ?? "");
  const place = { schedule, record, weather, random, gateway, pushes, until: script.until, stepOf };
  const phones = new Map(script.phones.map((plan) => [plan.name, createPhone(plan, place)]));
  const attacker = createAttacker(must([...phones.values()].at(-1)), record);
  for (const phone of phones.values()) schedule.after(phone.plan.online, () => phone.connect());
  plan(script.steps, schedule, phones, attacker);

  const cameToRest = await rests(schedule);
  return { seed, weather, settings, script, facts: record.facts, rows: state.rows, cameToRest };
}

function plan(
  steps: readonly Step[],
  schedule: Schedule,
  phones: ReadonlyMap<string, Phone>,
  forge: ReturnType<typeof createAttacker>,
): void {
  for (const step of steps) {
    schedule.after(step.at, () => {
      switch (step.kind) {
        case "call":
          return phones.get(step.from)?.call(step);
        case "message":
          return phones.get(step.from)?.message(step);
        case "drop":
          return phones.get(step.phone)?.drop(step);
        case "quit":
          return phones.get(step.phone)?.quit();
        case "sleep":
          return phones.get(step.phone)?.sleep();
        case "refresh":
          return phones.get(step.phone)?.refresh();
        case "steal":
          return forge(step);
      }
    });
  }
}

async function rests(schedule: Schedule): Promise<boolean> {
  try {
    await schedule.run();
    return true;
  } catch (error) {
    if (error instanceof RestlessError) return false;
    throw error;
  }
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("the run is not put together yet");
  return value;
}
