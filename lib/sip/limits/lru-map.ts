// A map that cannot be made to grow: what was unheard of for longest goes when something new comes.

export interface ForgetfulMap<Value> {
  /** Undefined if it never was there, or is forgotten. */
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  readonly size: () => number;
}

/** @param most keys it holds */
export function createForgetfulMap<Value>(most: number): ForgetfulMap<Value> {
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
