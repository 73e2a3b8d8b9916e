// Throttling on demand: a share of the calls to a table, or of the posts to connections, is refused as AWS refuses
// them under load. A test or `npm start -- --throttle` sets it, to see how the functions cope.

export interface Throttling {
  /**
   * Refuses `share` (0 to 1) of the calls to `target`: a part of a table's logical id, or `connections`. 0 ends it.
   * Throws {@link UnknownTargetError} if the stack has no such target.
   */
  set(target: string, share: number): void;
  /** Adds a name that `set` accepts. */
  offer(name: string): void;
  /** True if the next call to the resource of this name is to be refused. */
  refuses(name: string): boolean;
}

/** The stack has no table of this name. */
export class UnknownTargetError extends Error {
  override readonly name = "UnknownTargetError";
}

export function createThrottling(random: () => number): Throttling {
  const names = new Set<string>();
  const shares = new Map<string, number>();
  return {
    set: (target, share) => {
      if (!(share >= 0 && share <= 1)) throw new RangeError(`the share of ${target} must be from 0 to 1, not ${share}`);
      if (![...names].some((name) => name.includes(target))) {
        throw new UnknownTargetError(`nothing is called ${target}; there are ${[...names].join(", ")}`);
      }
      shares.set(target, share);
    },
    offer: (name) => void names.add(name),
    refuses: (name) => [...shares].some(([target, share]) => name.includes(target) && random() < share),
  };
}
