// The time of the queues. A test moves it forward instead of waiting 32 seconds for a timer.

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves at once; messages that are due by then become visible in this call. */
  advance(seconds: number): void;
  /** From now on only `advance` moves it. */
  freeze(): void;
  /** The listener is called after every move. */
  onAdvance(listener: () => void): void;
}

export function createClock(): Clock {
  let offset = 0;
  let frozenAt: number | undefined;
  const listeners: (() => void)[] = [];
  return {
    now: () => (frozenAt ?? Date.now()) + offset,
    advance: (seconds) => {
      offset += seconds * 1000;
      for (const listener of listeners) listener();
    },
    freeze: () => {
      frozenAt = Date.now();
    },
    onAdvance: (listener) => void listeners.push(listener),
  };
}
