// The kinds of faults, and how often each occurs. Probabilities are between 0 and 1, durations are virtual
// milliseconds.
import type { Random } from "./random.ts";

export interface Weather {
  /** Usual longest time of a call to AWS. */
  readonly latency: number;
  /** Of a call that takes up to `slowest` instead, which reorders events. */
  readonly slow: number;
  readonly slowest: number;
  /** Of an item that is read or written at another moment than the rest of its batch. */
  readonly torn: number;
  /** Of a conditional write that reports a conflict without one. */
  readonly conflict: number;
  /** The same, but the write was stored: its answer was lost and the repetition failed its own condition. */
  readonly doubt: number;
  /** Of a Lambda that dies before or after one step. */
  readonly dies: number;
  /** Of a call to AWS that fails, before or after its effect. */
  readonly fault: number;
  /** Of a returned reply that is lost although the rest of the invocation succeeded. */
  readonly lostReply: number;
  /** Of a timer that comes a second time, and of one that comes twice at once. */
  readonly doubleTimer: number;
  readonly twinTimer: number;
  /** Of a timer that is late, and its longest delay. */
  readonly lateTimer: number;
  readonly latest: number;
  /** Of a `$disconnect` that never comes. */
  readonly lostDisconnect: number;
  /** Of a gateway that does not notice for minutes that a client is gone: it accepts posts that are never delivered. */
  readonly asleep: number;
  /**
   * Of a connection that the gateway closes although the client is there: 410 now, the client learns it a moment later.
   */
  readonly falseGone: number;
  /** Of a phone that loses its connection just as it sends or receives something, and comes back or not. */
  readonly dropAtMessage: number;
  /** How often a script makes phones drop at a moment of its own choice. */
  readonly drops: number;
  /** Of a request to the endpoint of an HTTP callee that it does not answer at once, and well (`cloud/endpoint.ts`). */
  readonly endpoint: number;
  /** Of a push that its service does not take at once, and deliver well (`cloud/push-service.ts`). */
  readonly push: number;
  /** Largest error of a Lambda's clock, in seconds. */
  readonly skew: number;
}

export const calm: Weather = {
  latency: 12,
  slow: 0,
  slowest: 0,
  torn: 0,
  conflict: 0,
  doubt: 0,
  dies: 0,
  fault: 0,
  lostReply: 0,
  doubleTimer: 0,
  twinTimer: 0,
  lateTimer: 0,
  latest: 0,
  lostDisconnect: 0,
  asleep: 0,
  falseGone: 0,
  dropAtMessage: 0,
  drops: 0,
  endpoint: 0,
  push: 0,
  skew: 0,
};

/** Every message is late and out of order, but all arrive. */
const reordered: Weather = {
  ...calm,
  latency: 60,
  slow: 0.12,
  slowest: 1800,
  torn: 0.3,
  conflict: 0.08,
  endpoint: 0.3,
  push: 0.3,
  skew: 1,
};

const timers: Weather = {
  ...calm,
  doubleTimer: 0.4,
  twinTimer: 0.4,
  lateTimer: 0.4,
  latest: 25_000,
  endpoint: 0.3,
  push: 0.3,
  skew: 1,
};

/** Phones with an unreliable connection. */
const drops: Weather = {
  ...calm,
  latency: 40,
  drops: 0.8,
  dropAtMessage: 0.015,
  lostDisconnect: 0.25,
  asleep: 0.15,
  falseGone: 0.01,
  endpoint: 0.1,
  push: 0.2,
};

const deaths: Weather = { ...calm, latency: 40, dies: 0.012, lostReply: 0.03, endpoint: 0.2, push: 0.2 };

const faults: Weather = { ...calm, latency: 40, fault: 0.012, doubt: 0.02, conflict: 0.05, endpoint: 0.5, push: 0.5 };

/** All kinds together. */
const storm: Weather = {
  latency: 60,
  slow: 0.08,
  slowest: 1500,
  torn: 0.2,
  conflict: 0.06,
  doubt: 0.01,
  dies: 0.006,
  fault: 0.004,
  lostReply: 0.01,
  doubleTimer: 0.2,
  twinTimer: 0.2,
  lateTimer: 0.2,
  latest: 20_000,
  lostDisconnect: 0.2,
  asleep: 0.1,
  falseGone: 0.006,
  dropAtMessage: 0.008,
  drops: 0.5,
  endpoint: 0.3,
  push: 0.3,
  skew: 1,
};

export const weathers = { calm, reordered, timers, drops, deaths, faults, storm } satisfies Record<string, Weather>;

export type WeatherName = keyof typeof weathers;

/** Without a chosen weather a seed brings its own: one kind alone, or the storm. */
export function weatherOf(random: Random): WeatherName {
  return random.pick([
    "calm",
    "reordered",
    "reordered",
    "timers",
    "drops",
    "drops",
    "deaths",
    "faults",
    "storm",
    "storm",
  ]);
}

/** `storm`, `calm,dies=0.1`, `conflict=0.3`: a name to start from, then the differences. Throws on an unknown name. */
export function parseWeather(text: string): Weather {
  const [first = "", ...rest] = text.split(",");
  const isName = isWeatherName(first);
  const changes = (isName ? rest : [first, ...rest]).map((change) => {
    const [name = "", value = ""] = change.split("=");
    if (!Object.hasOwn(calm, name) || !/^[\d.]+$/.test(value)) throw new TypeError(`no weather: ${change}`);
    return [name, Number(value)];
  });
  return { ...(isName ? weathers[first] : calm), ...Object.fromEntries(changes) };
}

function isWeatherName(name: string): name is WeatherName {
  return Object.hasOwn(weathers, name);
}
