// The name of a timer in the log, and the way back: the metrics count the lines of timers.
import { type CallLook, callLooks, type Timer } from "../sip/timer.ts";

const names: Readonly<Record<Exclude<Timer["kind"], "call">, string>> = {
  transaction: "timer",
  login: "login deadline",
  held: "timer of a held request",
  message: "timer of waiting messages",
  push: "push again",
  "text push": "push of a text again",
  refresh: "refresh push",
  subscription: "subscription timer",
  resource: "resource timer",
  watchers: "watchers timer",
  "http session": "timer of an HTTP session",
};

export function timerName(timer: Timer): string {
  return timer.kind === "call" ? callTimerName(timer.why) : names[timer.kind];
}

function callTimerName(why: CallLook): string {
  return `call ${why}`;
}

const allNames: ReadonlySet<string> = new Set([...Object.values(names), ...callLooks.map(callTimerName)]);

export function isTimerName(name: string): boolean {
  return allNames.has(name);
}
