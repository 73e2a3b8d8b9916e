// A map of bounded size: a new key replaces the one that was set longest ago.

export interface LruMap<Value> {
  /** Undefined if it was never set, or has been replaced. */
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  readonly size: () => number;
}

/** @param most keys it holds */
export function createLruMap<Value>(most: number): LruMap<Value> {
  const entries = new Map<string, Value>(); // keeps the order of insertion
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
    size: () => entries.size,
  };
}
