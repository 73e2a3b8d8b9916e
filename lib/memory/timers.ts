// Timers of a server in one process: each fires once, and is forgotten with the process.
import type { Timer, TimerRequest } from "../sip/timer.ts";
import type { Clock } from "./clock.ts";

export interface MemoryTimers {
  set(requests: readonly TimerRequest[]): Promise<void>;
  /** Timers that have not fired, in the order they were set; one that is taken out does not fire. */
  readonly waiting: WaitingTimer[];
}

/** `dueAt` in epoch seconds. */
export type WaitingTimer = TimerRequest & { readonly dueAt: number };

export function createMemoryTimers(clock: Clock, fire: (timer: Timer) => Promise<void>): MemoryTimers {
  const waiting: WaitingTimer[] = [];

  function set(request: TimerRequest): void {
    const timer = { ...request, dueAt: clock.now() + request.delaySeconds };
    waiting.push(timer);
    clock.after(request.delaySeconds, () => {
      const at = waiting.indexOf(timer);
      if (at < 0) return Promise.resolve();
      waiting.splice(at, 1);
      return fire(timer);
    });
  }

  return {
    waiting,
    set(requests) {
      requests.forEach(set);
      return Promise.resolve();
    },
  };
}
