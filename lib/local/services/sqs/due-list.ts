// Due times as a binary heap, because thousands of delayed timers may wait at a time.

export interface Due<T> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly item: T;
}

export interface DueList<T> {
  add(due: Due<T>): void;
  /** The earliest; it stays in the list. */
  first(): Due<T> | undefined;
  /** Removes and returns the earliest. */
  take(): Due<T> | undefined;
}

export function createDueList<T>(): DueList<T> {
  const heap: Due<T>[] = [];
  const isEarlier = (a: number, b: number): boolean => (heap[a]?.at ?? Infinity) < (heap[b]?.at ?? Infinity);
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    [heap[a], heap[b]] = [second, first];
  };

  return {
    first: () => heap[0],
    add: (due) => {
      let index = heap.push(due) - 1;
      for (let parent = (index - 1) >> 1; index > 0 && isEarlier(index, parent); parent = (index - 1) >> 1) {
        swap(index, parent);
        index = parent;
      }
    },
    take: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const child = isEarlier(left + 1, left) ? left + 1 : left;
        if (!isEarlier(child, index)) return first;
        swap(index, child);
        index = child;
      }
    },
  };
}
