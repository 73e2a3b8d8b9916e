// Lambdas: each event gets one of its own, with ports that apply the weather. At every call through a port other tasks
// may run first, the Lambda may die before or after the effect, and the call may fail.
import { AnsweredError, ContentionError } from "../../../../lib/errors.ts";
import { createSignaling, type Signaling } from "../../../../lib/signaling/signaling.ts";
import type { Random } from "../core/random.ts";
import type { Cause, Invocation, Record } from "../core/record.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Weather } from "../core/weather.ts";
import { readWire, titleOf, type Wire } from "../core/wire.ts";
import type { MemoryState } from "../../../../lib/memory/state/state.ts";
import type { HttpResult, PushFailure } from "../../../../lib/sip/effect.ts";
import { type Change, inSteps } from "../../../../lib/sip/state/change.ts";
import { awsPlatform } from "../../../../lib/sip/policy/platform.ts";
import { PUSH_AGAIN_SECONDS } from "../../../../lib/sip/policy/push.ts";
import type { ReadSet, Snapshot } from "../../../../lib/sip/state/snapshot.ts";
import type { MediaEndpoint } from "./endpoint.ts";
import type { PushService } from "./push-service.ts";
import type { Ports } from "../../../../lib/signaling/ports.ts";
import type { TimerRequest } from "../../../../lib/sip/timer.ts";

/** Epoch seconds at the start of every run. */
export const DAWN = 1_800_000_000;

/** Longest run of a Lambda, in milliseconds (lib/cdk/functions.ts). */
const TIMEOUT = { frame: 10_000, disconnect: 10_000, timer: 5000 } as const;
/** Where HTTP callees are served. */
const LONG_TIMEOUT = { ...TIMEOUT, frame: 28_000, timer: 28_000 } as const;

export interface Surroundings {
  readonly schedule: Schedule;
  readonly record: Record;
  readonly weather: Weather;
  readonly random: Random;
  readonly state: MemoryState;
  readonly settings: Ports["settings"];
  readonly keys: Ports["keys"];
  /** Effects other than writes to the tables. */
  post(by: Invocation, flow: string, wire: Wire): "delivered" | "gone";
  close(flow: string): void;
  queue(by: Invocation, timer: TimerRequest): void;
  ask: MediaEndpoint["take"];
  push: PushService["take"];
}

export interface Lambdas {
  /** `name`: the event's name for the random. `isSpared`: the weather does not kill it. */
  wake<T>(
    cause: Cause,
    name: string,
    work: (signaling: Signaling) => Promise<T>,
    end: (ended: Ended<T>) => void,
    isSpared?: boolean,
  ): void;
}

export type Ended<T> = { readonly by: Invocation } & (
  | { readonly kind: "returned"; readonly value: T }
  | { readonly kind: "threw"; readonly signaling: Signaling; readonly error: unknown }
  | { readonly kind: "died" }
);

/** A call to AWS that failed. */
export class WeatherError extends Error {
  readonly code = "ERR_WEATHER";
}

export function isExpected(error: unknown): boolean {
  if (error instanceof AnsweredError) return isExpected(error.cause);
  return error instanceof WeatherError || error instanceof ContentionError;
}

export function createLambdas(around: Surroundings): Lambdas {
  const { schedule, record } = around;
  const timeout = around.settings.httpHosts.length > 0 ? LONG_TIMEOUT : TIMEOUT;
  let count = 0;

  return {
    wake(cause, name, work, end, isSpared = false) {
      const by: Invocation = { id: (count += 1), cause };
      record.add({ kind: "woken", by });
      const life = createLife(by, around, around.random.named(name), isSpared, () => end({ by, kind: "died" }));
      const signaling = createSignaling(portsOf(life, around));
      schedule.after(timeout[cause.kind], () => life.dies("of its timeout"));
      work(signaling).then(
        (value) => {
          if (value !== undefined && life.losesReply()) return life.dies("before its reply");
          if (!life.ends()) return;
          record.add({ kind: "done", by });
          end({ by, kind: "returned", value });
        },
        (error: unknown) => {
          if (!life.ends()) return;
          record.add({ kind: "broke down", by, error });
          end({ by, kind: "threw", signaling, error });
        },
      );
    },
  };
}

/** The accidents of one Lambda, drawn step by step. */
interface Life {
  readonly by: Invocation;
  readonly random: Random;
  /** One call to AWS: request, effect, response. Never resolves for a Lambda that died meanwhile. */
  call<T>(step: string, effect: () => T | Promise<T>): Promise<T>;
  dies(where: string): void;
  losesReply(): boolean;
  /** False if the Lambda has ended already. */
  ends(): boolean;
}

function createLife(
  by: Invocation,
  { schedule, record, weather }: Surroundings,
  random: Random,
  isSpared: boolean,
  onDeath: () => void,
): Life {
  let isOver = false;
  const kills = (): boolean => !isSpared && random.chance(weather.dies);
  const fails = (): boolean => !isSpared && random.chance(weather.fault);
  const latency = (): number => random.between(1, random.chance(weather.slow) ? weather.slowest : weather.latency);

  function dies(where: string): void {
    if (isOver) return;
    isOver = true;
    record.add({ kind: "died", by, where });
    onDeath();
  }

  return {
    by,
    random,
    dies,
    losesReply: () => !isSpared && random.chance(weather.lostReply),
    ends() {
      const wasOver = isOver;
      isOver = true;
      return !wasOver;
    },
    call(step, effect) {
      return new Promise((resolve, reject) => {
        if (isOver) return;
        const isFailing = fails();
        const hasEffect = !isFailing || random.chance(0.5);
        if (kills()) dies(`before ${step}`);
        schedule.after(latency(), () => {
          // A request that is under way when its Lambda dies may still have its effect.
          if (isOver && random.chance(0.5)) return;
          Promise.resolve(hasEffect ? effect() : undefined).then((result) => {
            if (!isOver && kills()) dies(`after ${step}`);
            schedule.after(latency(), () => {
              if (isOver) return;
              if (isFailing || result === undefined) reject(new WeatherError(`${step} failed`));
              else resolve(result);
            });
          }, reject);
        });
      });
    },
  };
}

function portsOf(
  life: Life,
  { schedule, record, weather, state, settings, keys, post, close, queue, ask, push: pushTo }: Surroundings,
): Ports {
  const { by, random } = life;
  const skew = random.between(-weather.skew, weather.skew);
  let randoms = 0;

  /** A spurious conflict: not stored, or stored and reported as a conflict. */
  async function storeInBadWeather(change: Change): Promise<"committed" | "conflict"> {
    const isConditional = CONDITIONAL.has(change.kind);
    if (isConditional && random.chance(weather.conflict)) {
      record.add({ kind: "refused", by, change, why: "no reason" });
      return "conflict";
    }
    const result = await state.commit([change]);
    if (result === "conflict") record.add({ kind: "refused", by, change, why: "conflict" });
    else record.add({ kind: "stored", by, change });
    if (result === "committed" && isConditional && random.chance(weather.doubt)) {
      record.add({ kind: "refused", by, change, why: "doubt" });
      return "conflict";
    }
    return result;
  }

  /** As on DynamoDB: each row is written separately, one step after the other. */
  async function commit(changes: readonly Change[]): Promise<"committed" | "conflict"> {
    const store = (change: Change): Promise<"committed" | "conflict"> =>
      life.call(`commit of ${nameOf(change)}`, () => storeInBadWeather(change));
    for (const step of inSteps(changes)) {
      if ((await Promise.all(step.map(store))).includes("conflict")) return "conflict";
    }
    return "committed";
  }

  /** A batch read is not one moment: each of its items is read at a moment of its own. */
  async function read(keys: ReadSet): Promise<Snapshot> {
    if (!random.chance(weather.torn)) return life.call("read", () => state.read(keys));
    const [first, second] = await Promise.all([
      life.call("read", () => state.read(keys)),
      life.call("read", () => state.read(keys)),
    ]);
    return { ...first, registrations: second.registrations, subscribers: second.subscribers };
  }

  return {
    settings,
    platform: awsPlatform,
    now: () => DAWN + skew + Math.floor(schedule.now() / 1000),
    random: () => `${random.between(0, 2 ** 31).toString(36)}${(randoms += 1)}`,
    keys: () => life.call("keys", keys),
    read,
    async commit(changes) {
      record.add({ kind: "deciding", by });
      const result = await commit(changes);
      record.add({ kind: "committed", by, result });
      return result;
    },
    async setTimers(timers) {
      if (timers.length === 0) return;
      record.add({ kind: "setting timers", by });
      await Promise.all(
        timers.map((timer) =>
          life.call("setting a timer", () => {
            queue(by, timer);
            return true;
          }),
        ),
      );
      record.add({ kind: "timers set", by });
    },
    async post(flow, text) {
      const wire = readWire(text);
      if (wire === undefined) throw new TypeError(`what is no SIP was sent to ${flow}: ${text}`);
      record.add({ kind: "posting", by, flow, wire });
      return life
        .call(`post of ${titleOf(wire)} to ${flow}`, () => post(by, flow, wire))
        .catch(() => {
          record.add({ kind: "posted", by, flow, wire, result: "failed" });
          return "failed";
        });
    },
    close: (flow) =>
      life
        .call(`closing ${flow}`, () => {
          record.add({ kind: "closing", by, flow });
          close(flow);
          return true;
        })
        .then(
          () => undefined,
          () => undefined,
        ),
    async http(request) {
      record.add({ kind: "asking", by, request });
      const title = `${request.method} of a session`;
      const result = await life.call(title, () => ask(by, request)).catch(() => UNREACHABLE);
      record.add({ kind: "asked", by, request, result });
      return result;
    },
    push: {
      publicKey: () => life.call("reading the key of push services", () => "BKey"),
      async send(push) {
        record.add({ kind: "pushing", by, push });
        const result = await life.call(`push of a ${push.why}`, () => pushTo(push)).catch(() => NO_ANSWER);
        record.add({ kind: "pushed", by, push, result });
        return result;
      },
    },
    pause: (attempt) =>
      new Promise((resolve) => {
        schedule.after(random.between(1, 20 * attempt), resolve);
      }),
    wait: (milliseconds) => new Promise((resolve) => schedule.after(milliseconds, () => resolve())),
    observe: (event, { error }) => {
      if (error !== undefined)
        record.add({ kind: "gave up", by, what: event.startsWith("push") ? "push" : "look", error });
    },
  };
}

/** As `lib/aws/web-push/send-push.ts` says it. */
const NO_ANSWER: PushFailure = { retryAfterSeconds: PUSH_AGAIN_SECONDS };

const UNREACHABLE: HttpResult = { kind: "failed", why: "unreachable" };

/** Of `flow gone`, only where calls are tracked. A conflict without a reason is one more decision in any case. */
const CONDITIONAL: ReadonlySet<Change["kind"]> = new Set([
  "registration",
  "context",
  "branch",
  "login history",
  "flow call",
  "flow watched",
  "flow gone",
  "call ended",
  "http session",
  "new http session",
  "http calls",
]);

function nameOf(change: Change): string {
  switch (change.kind) {
    case "registration":
      return change.registration.aor;
    case "context":
    case "branch":
    case "call watched":
    case "call ended":
      return "the context";
    case "kept response":
      return "a kept response";
    case "flow":
    case "digest":
    case "flow gone":
    case "flow call":
    case "flow watched":
    case "flow call over":
      return "the flow";
    case "message":
    case "message gone":
      return "a stored message";
    case "contact owner":
      return "the owner of a contact";
    case "failed login":
    case "login history":
      return "a count of logins";
    case "subscription":
    case "subscription asked":
    case "subscription answered":
    case "subscription over":
      return "a subscription";
    case "resource state":
    case "resource joined":
      return "the state of a resource";
    case "own settings":
      return "the settings of a user";
    case "http session":
    case "new http session":
      return "a session";
    case "http calls":
      return "the calls of an HTTP callee";
  }
}
