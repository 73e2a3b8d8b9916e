// One write at a time for each item, so that a condition and the item it was checked against can be returned together.

import { deferred } from "../../deferred.ts";

/** Runs `task` when no earlier task with one of the keys is running. */
export type WhenFree = <Result>(keys: readonly string[], task: () => Promise<Result>) => Promise<Result>;

export function createItemLocks(): WhenFree {
  const last = new Map<string, Promise<void>>();
  return async (keys, task) => {
    const before = keys.flatMap((key) => last.get(key) ?? []);
    const { promise: done, resolve } = deferred<void>();
    for (const key of keys) last.set(key, done);
    if (before.length > 0) await Promise.all(before);
    try {
      return await task();
    } finally {
      resolve();
      for (const key of keys) if (last.get(key) === done) last.delete(key);
    }
  };
}
