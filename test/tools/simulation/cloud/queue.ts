// The queue of the timers: at least once, in no order, late, twice, twice at the same moment, and again after the
// visibility timeout if the message was not deleted (lib/cdk/timer-queue.ts).
import type { Random } from "../core/random.ts";
import type { Invocation, AnyQueued, Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";
import type { Lambdas } from "./lambda.ts";
import type { Settings } from "../../../../lib/sip/policy/settings.ts";
import type { TimerRequest } from "../../../../lib/sip/timer.ts";

/** Milliseconds until a message that was not deleted comes again. */
const VISIBILITY = 30_000;
/** Where HTTP callees are served. */
const LONG_VISIBILITY = 168_000;
const ATTEMPTS = 5;

/** Longest delay of a message, in seconds. */
const MAX_DELAY = 900;

export interface TimerQueue {
  set(by: Invocation, request: TimerRequest): void;
}

interface Parts {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
  readonly settings: Pick<Settings, "httpHosts">;
  lambdas(): Lambdas;
}

export function createTimerQueue({ schedule, record, weather, random, settings, lambdas }: Parts): TimerQueue {
  const visibility = settings.httpHosts.length > 0 ? LONG_VISIBILITY : VISIBILITY;
  let count = 0;
  const twins = new Map<string, number>();

  /**
   * The weather lets one of the first two attempts succeed: a timer that fails in all attempts raises an alarm, and the
   * server promises nothing for it.
   */
  function deliver(timer: AnyQueued, name: string, attempt: number): void {
    const { id: _id, dueAt: _dueAt, chain: _chain, delaySeconds: _delay, ...due } = timer;
    lambdas().wake(
      { kind: "timer", timer },
      `${name} ${attempt}`,
      (signaling) => signaling.timerDue(due),
      (ended) => {
        if (ended.kind === "returned") return;
        if (attempt === ATTEMPTS) record.add({ kind: "dead letter", timer });
        else schedule.after(visibility, () => deliver(timer, name, attempt + 1));
      },
      attempt > ATTEMPTS - 2,
    );
  }

  return {
    set(by, request) {
      if (request.kind === "login") throw new TypeError("the protocol sets no login timer");
      const delay = Math.min(Math.ceil(request.delaySeconds), MAX_DELAY) * 1000;
      const chain = by.cause.kind === "timer" ? by.cause.timer.chain + 1 : 1;
      const timer: AnyQueued = { ...request, id: (count += 1), dueAt: schedule.now() + delay, chain };
      record.add({ kind: "queued", by, timer });

      const key = nameOf(timer);
      const twin = (twins.get(key) ?? 0) + 1;
      twins.set(key, twin);
      const name = `${key} ${twin}`;
      const stepRandom = random.named(name);
      const late = stepRandom.chance(weather.lateTimer)
        ? stepRandom.between(0, weather.latest)
        : stepRandom.between(0, 200);
      schedule.after(delay + late, () => deliver(timer, name, 1));
      if (stepRandom.chance(weather.twinTimer)) schedule.after(delay + late, () => deliver(timer, `${name} twin`, 1));
      if (stepRandom.chance(weather.doubleTimer)) {
        schedule.after(delay + stepRandom.between(0, 45_000), () => deliver(timer, `${name} double`, 1));
      }
    },
  };
}

function nameOf(timer: AnyQueued): string {
  switch (timer.kind) {
    case "held":
      return `timer ${timer.branch}`;
    case "call":
      return `timer of call ${timer.call}`;
    case "message":
      return `timer of message ${timer.sent ?? timer.aor}`;
    case "push":
      return `push timer ${timer.branch.context} ${timer.attempt}`;
    case "text push":
      return `push timer ${timer.text} ${timer.device} ${timer.attempt}`;
    case "refresh":
      return `refresh timer ${timer.device} ${timer.at}`;
    case "subscription":
      return `timer of subscription ${timer.subscription}`;
    case "resource":
    case "watchers":
      return `${timer.kind} timer ${timer.resource}`;
    case "http session":
      return `timer of session ${timer.session}`;
    case "transaction":
      return `timer ${timer.context} ${timer.epoch}`;
  }
}
