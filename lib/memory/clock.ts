// Time of a server in one process, and work that is due later. In epoch seconds, as `lib/sip` counts it.

export interface Clock {
  now(): number;
  /** Does the work once that many seconds have passed. */
  after(seconds: number, work: () => Promise<void>): void;
}

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  /** Moves it on, and does the work that becomes due, the earliest first. */
  pass(seconds: number): Promise<void>;
}

interface Planned {
  readonly at: number;
  readonly work: () => Promise<void>;
}

export function createHandClock(start: number): HandClock {
  const planned: Planned[] = [];
  let now = start;
  return {
    now: () => now,
    after: (seconds, work) => void planned.push({ at: now + seconds, work }),
    async pass(seconds) {
      const until = now + seconds;
      for (let next = earliest(planned); next !== undefined && next.at <= until; next = earliest(planned)) {
        planned.splice(planned.indexOf(next), 1);
        now = Math.max(now, next.at);
        await next.work();
      }
      now = until;
    },
  };
}

function earliest(planned: readonly Planned[]): Planned | undefined {
  return planned.reduce<Planned | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
}

/** The time of the machine. */
export interface SystemClock extends Clock {
  /** Forgets all planned work. */
  stop(): void;
}

/** Planned work keeps no process alive. @param failed is called with errors of that work */
export function createSystemClock(failed: (error: unknown) => void): SystemClock {
  const planned = new Set<NodeJS.Timeout>();
  return {
    now: () => Math.floor(Date.now() / 1000),
    after(seconds, work) {
      const timer = setTimeout(() => {
        planned.delete(timer);
        void work().catch(failed);
      }, seconds * 1000).unref();
      planned.add(timer);
    },
    stop() {
      for (const timer of planned) clearTimeout(timer);
      planned.clear();
    },
  };
}
