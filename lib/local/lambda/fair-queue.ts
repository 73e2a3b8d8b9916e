// Waiting events, one group after the other: a client that sends many at once delays its own, not those of other clients.

export interface FairQueue<Item> {
  add(group: string, item: Item): void;
  /** The oldest item of the group whose turn it is. */
  take(): Item | undefined;
  /** Removes and returns all items. */
  drain(): readonly Item[];
  size(): number;
}

export function createFairQueue<Item>(): FairQueue<Item> {
  const groups = new Map<string, Item[]>(); // in the order of their turns
  let size = 0;
  return {
    add: (group, item) => {
      size += 1;
      const waiting = groups.get(group);
      if (waiting === undefined) groups.set(group, [item]);
      else waiting.push(item);
    },
    take: () => {
      const [turn] = groups;
      if (turn === undefined) return undefined;
      const [group, waiting] = turn;
      const item = waiting.shift();
      groups.delete(group);
      if (waiting.length > 0) groups.set(group, waiting);
      size -= 1;
      return item;
    },
    drain: () => {
      const all = [...groups.values()].flat();
      groups.clear();
      size = 0;
      return all;
    },
    size: () => size,
  };
}
