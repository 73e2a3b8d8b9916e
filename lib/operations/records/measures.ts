// The metrics: out of single lines, and out of the milestones of a call. Dashboard, alarms, documentation and the function that
// publishes them take their names from here.
import { isTimerName } from "../../signaling/timer-names.ts";
import type { LogLine } from "../line.ts";
import type { SipEvent } from "./events.ts";

/** Namespace of this project's metrics in CloudWatch, those of the alarms' filters too. */
export const METRIC_NAMESPACE = "SipSignaling";

/** Names and units. The classes of failed calls are those of their final status. */
export const METRICS = {
  CallsAttempted: "Count",
  CallsAnswered: "Count",
  CallsFailed3xx: "Count",
  CallsFailed4xx: "Count",
  CallsFailed5xx: "Count",
  CallsFailed6xx: "Count",
  CallsEnded: "Count",
  PostDialDelay: "Milliseconds",
  SetupTime: "Milliseconds",
  RegistrationsAdded: "Count",
  RegistrationsRemoved: "Count",
  FlowsClosed: "Count",
  FailedLogins: "Count",
  LockedLogins: "Count",
  RefusedHandshakes: "Count",
  DeadFlows: "Count",
  WriteConflicts: "Count",
  TimersFired: "Count",
  TimersStale: "Count",
  ThrottledCalls: "Count",
} as const;

export type MetricName = keyof typeof METRICS;

export interface Measure {
  readonly name: MetricName;
  readonly value: number;
  /** Of the caller, the user, or the sender; a line without an address has no domain. */
  readonly domain?: string;
}

export function measuresOf(line: LogLine): readonly Measure[] {
  const { message, reason = "", gone = 0, conflicts = 0, throttled = 0 } = line;
  const isTimer = isTimerName(message);
  const counts: readonly (readonly [MetricName, number])[] = [
    ["FlowsClosed", message === "disconnected" ? 1 : 0],
    ["FailedLogins", reason === "login-failed" ? 1 : 0],
    ["LockedLogins", reason === "login-locked" ? 1 : 0],
    ["RefusedHandshakes", REFUSED_HANDSHAKES.has(message) ? 1 : 0],
    ["DeadFlows", gone],
    ["WriteConflicts", conflicts],
    ["TimersFired", isTimer ? 1 : 0],
    ["TimersStale", isTimer && STALE.has(reason) ? 1 : 0],
    ["ThrottledCalls", throttled],
  ];
  return [
    ...counts.filter(([, value]) => value > 0).map(([name, value]) => measure(name, value, line.from)),
    ...line.registrations.flatMap(({ aor, phones, before }) => {
      const name = phones > before ? "RegistrationsAdded" : "RegistrationsRemoved";
      return phones === before ? [] : [measure(name, Math.abs(phones - before), aor)];
    }),
  ];
}

/** Messages of lines about refusals before there is a connection. */
const REFUSED_HANDSHAKES: ReadonlySet<string> = new Set(["handshake refused", "page may not connect"]);

/** Timers that found nothing to do. */
const STALE: ReadonlySet<string> = new Set(["timer-stale", "timer-without-state", "timer-after-end", "logged-in"]);

export function measuresOfEvents(events: readonly SipEvent[]): readonly Measure[] {
  return events.flatMap((event) => {
    if (event.type === "registration.changed") return [];
    const { from, startedAt, state, status = 0 } = event.detail;
    const sinceStart = event.at - Date.parse(startedAt);
    switch (event.type) {
      case "call.started":
        return [measure("CallsAttempted", 1, from)];
      case "call.ringing":
        return [measure("PostDialDelay", sinceStart, from)];
      case "call.answered":
        return [measure("CallsAnswered", 1, from), measure("SetupTime", sinceStart, from)];
      case "call.ended": {
        const failure = state === "failed" ? FAILURES.get(Math.floor(status / 100)) : "CallsEnded";
        return failure === undefined ? [] : [measure(failure, 1, from)];
      }
    }
  });
}

const FAILURES: ReadonlyMap<number, MetricName> = new Map([
  [3, "CallsFailed3xx"],
  [4, "CallsFailed4xx"],
  [5, "CallsFailed5xx"],
  [6, "CallsFailed6xx"],
]);

function measure(name: MetricName, value: number, address: string | undefined): Measure {
  const domain = address === undefined ? undefined : DOMAIN.exec(address)?.[1]?.toLowerCase();
  return { name, value, ...(domain !== undefined && { domain }) };
}

/** The host of an address, without its port; an IPv6 address with its brackets. */
const DOMAIN = /^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?]+)/i;
