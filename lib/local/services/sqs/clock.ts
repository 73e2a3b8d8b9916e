// The queues' own time. A test moves it forward, so that nobody waits 32 seconds for a timer.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves on at once; what is due by then becomes visible in this very call. */
  advance(seconds: number): void;
  /** Calls back after every move. */
  onAdvance(listener: () => void): void;
}

export function createClock(): Clock {
  let offset = 0;
  const listeners: (() => void)[] = [];
  return {
    now: () => Date.now() + offset,
    advance: (seconds) => {
      offset += seconds * 1000;
      for (const listener of listeners) listener();
    },
    onAdvance: (listener) => void listeners.push(listener),
  };
}
